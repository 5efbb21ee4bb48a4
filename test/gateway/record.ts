/** The audit trail of a gateway under test, read from its file as an operator would. */
import { join } from 'node:path'
import { all, openDatabase, run } from '../../gateway/store/database.ts'
import type { TestGateway } from './support.ts'

export interface Recorded {
  at: number
  type: string
  sub: string | null
  device_id: string | null
  detail: string
}

/** All entries of a type, oldest first. */
export function recorded(gateway: TestGateway, type: string): Recorded[] {
  const db = openDatabase(join(gateway.data, 'nod.db'), 'read')
  try {
    return all(db, 'SELECT * FROM audit WHERE type = @type ORDER BY audit_id', { type }) as unknown as Recorded[]
  } finally {
    db.close()
  }
}

/** Takes the account's password away, as nothing but the database can. */
export function withoutPassword(gateway: TestGateway, sub: string): void {
  const db = openDatabase(join(gateway.data, 'nod.db'), 'write')
  try {
    run(db, 'UPDATE accounts SET password_hash = NULL WHERE sub = @sub', { sub })
  } finally {
    db.close()
  }
}
