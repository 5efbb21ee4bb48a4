/**
 * A copy of the database that a gateway can be started from, made beside a running one. Whatever was under way is void
 * in it, and what was spent stays spent; its epoch is made anew by whoever starts from it.
 */
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { openDatabase, run } from './database.ts'

/** In the copy: codes, claims, cookies and every half-finished ceremony belong to the gateway that goes on. */
const VOID = [
  `UPDATE sessions SET state = 'expired', version = version + 1, code_hash = NULL
   WHERE state IN ('pending', 'claimed', 'approved')`,
  'DELETE FROM web_sessions',
  'DELETE FROM links',
  'DELETE FROM invites',
  'DELETE FROM pushed_requests',
  'DELETE FROM passkey_challenges',
  `DELETE FROM meta WHERE key = 'epoch'`,
]

/** `database` is the file, `copy` the one to be made. Throws an Error for the operator when that one is there already. */
export function writeBackup(database: string, copy: string): void {
  const exists = () => new Error(`${copy} is there already: name a new file, a backup replaces none`)
  if (existsSync(copy)) throw exists()
  // Under another name until it is whole: whatever bears the name that was asked for can be started from.
  const part = `${copy}.part`
  rmSync(part, { force: true })
  closeSync(openSync(part, 'wx', 0o600))
  try {
    copyInto(database, part)
    sync(part)
    linkSync(part, copy)
    sync(dirname(copy))
  } catch (error) {
    throw (error as { code?: string }).code === 'EEXIST' ? exists() : error
  } finally {
    for (const file of [part, `${part}-wal`, `${part}-shm`, `${part}-journal`]) rmSync(file, { force: true })
  }
}

function copyInto(database: string, part: string): void {
  const source = openDatabase(database, 'write')
  try {
    // One read transaction: what is written meanwhile neither waits for it nor gets in.
    source.prepare('VACUUM INTO ?').run(part)
  } finally {
    source.close()
  }
  const made = openDatabase(part, 'write')
  try {
    made.transaction(() => {
      for (const sql of VOID) run(made, sql)
    })()
  } finally {
    made.close()
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r')
  fsyncSync(file)
  closeSync(file)
}
