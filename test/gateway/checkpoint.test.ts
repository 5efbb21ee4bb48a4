/** The write-ahead log: short under load, also when somebody reads for long, and an fsync that fails is told. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { checkpoints, newMoving } from '../../gateway/store/checkpoint.ts'
import { openDatabase } from '../../gateway/store/database.ts'
import { openStore } from '../../gateway/store/sqlite.ts'

const MEGABYTE = 1024 * 1024

it('keeps the log short under load, and cuts it back after somebody has read for long', () => {
  const data = mkdtempSync(join(tmpdir(), 'nod-log-'))
  onTestFinished(() => rmSync(data, { recursive: true, force: true }))
  const file = join(data, 'x.db')
  const db = openDatabase(file, 'write')
  // How often the disk is waited for is not what is looked at here.
  db.pragma('synchronous = OFF')
  db.exec('CREATE TABLE t (x BLOB)')
  const shortenLog = checkpoints(db, newMoving())
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

it('keeps the log short while somebody reads all the time', async () => {
  const data = mkdtempSync(join(tmpdir(), 'nod-log-'))
  const store = openStore(data, { exclusive: false, onFatal: (error) => expect.unreachable(error.message) })
  onTestFinished(async () => {
    await store.close()
    rmSync(data, { recursive: true, force: true })
  })
  const detail = { text: 'x'.repeat(50_000) }
  let longest = 0
  let writing = true
  const writes = async (): Promise<void> => {
    for (let at = 0; at < 100; at++) {
      await store.insertAudit({ type: 'test', at, detail })
      longest = Math.max(longest, statSync(join(data, 'nod.db-wal')).size)
    }
  }
  // Each turn reads at its beginning, and is busy until its end.
  const reads = async (): Promise<void> => {
    while (writing) {
      await store.findAccount('nobody')
      const until = performance.now() + 5
      while (performance.now() < until);
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const reading = reads()
  await Promise.all(Array.from({ length: 16 }, writes))
  writing = false
  await reading
  expect(longest).toBeLessThan(10 * MEGABYTE)
})
