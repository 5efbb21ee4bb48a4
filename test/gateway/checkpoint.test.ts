/** The write-ahead log: short under load, also when somebody reads for long, and an fsync that fails is told. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { checkpoints } from '../../gateway/store/checkpoint.ts'
import { openDatabase } from '../../gateway/store/database.ts'

const MEGABYTE = 1024 * 1024

it('keeps the log short under load, and cuts it back after somebody has read for long', () => {
  const data = mkdtempSync(join(tmpdir(), 'nod-log-'))
  onTestFinished(() => rmSync(data, { recursive: true, force: true }))
  const file = join(data, 'x.db')
  const db = openDatabase(file, 'write')
  // How often the disk is waited for is not what is looked at here.
  db.pragma('synchronous = OFF')
  db.exec('CREATE TABLE t (x BLOB)')
  const shortenLog = checkpoints(db)
  const write = (megabytes: number): number => {
    for (let i = 0; i < megabytes * 64; i++) {
      db.exec('INSERT INTO t VALUES (randomblob(16000))')
      shortenLog()
    }
    return statSync(`${file}-wal`).size
  }
  expect(write(40)).toBeLessThan(8 * MEGABYTE)

  const reader = openDatabase(file, 'read')
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM t').get()
  expect(write(40)).toBeGreaterThan(30 * MEGABYTE)
  reader.exec('COMMIT')
  reader.close()
  expect(write(10)).toBeLessThanOrEqual(17 * MEGABYTE)
  db.close()
})
