/** What durability and exclusiveness rest on, asked of the real files. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { all, openDatabase } from '../../gateway/store/database.ts'
import { openStore } from '../../gateway/store/sqlite.ts'

function folder(): string {
  const data = mkdtempSync(join(tmpdir(), 'nod-store-'))
  onTestFinished(() => rmSync(data, { recursive: true, force: true }))
  return data
}

const fatal = (error: Error) => {
  throw error
}

const account = (name: string) => ({
  sub: name,
  username: name,
  username_key: name,
  name,
  password_hash: null,
  inbox_version: 1,
  created_at: 1,
  disabled_at: null,
})

describe('the store', () => {
  it('waits for the disk at every commit and keeps a write-ahead log', () => {
    const db = openDatabase(join(folder(), 'x.db'), 'write')
    expect(db.pragma('synchronous', { simple: true })).toBe(2)
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    db.close()
  })

  it('refuses a second gateway on the same files, and lets commands work beside the first (F27)', async () => {
    const data = folder()
    const first = openStore(data, { exclusive: true, onFatal: fatal })
    expect(() => openStore(data, { exclusive: true, onFatal: fatal })).toThrow(/another gateway is running.*NOD_DATA/)
    const command = openStore(data, { exclusive: false, onFatal: fatal })
    await command.insertAccount(account('ada'), { at: 1, type: 'account_created' })
    expect(await first.findAccount('ada')).toMatchObject({ username: 'ada' })
    await command.close()
    await first.close()
    const next = openStore(data, { exclusive: true, onFatal: fatal })
    expect(next.epoch).toBe(first.epoch)
    await next.close()
  })

  it('misses no command, not even one that came before it was first asked for any', async () => {
    const data = folder()
    const store = openStore(data, { exclusive: true, onFatal: fatal })
    const command = openStore(data, { exclusive: false, onFatal: fatal })
    await command.insertAccount(account('ada'), { at: 1, type: 'account_created' })
    expect(await store.changedElsewhere()).toBe(true)
    await store.insertAccount(account('eve'), { at: 1, type: 'account_created' })
    expect(await store.changedElsewhere()).toBe(false)
    await command.insertAccount(account('bob'), { at: 1, type: 'account_created' })
    expect(await store.changedElsewhere()).toBe(true)
    await command.close()
    await store.close()
  })

  it('commits together what arrives together, and one failure undoes only itself', async () => {
    const data = folder()
    const store = openStore(data, { exclusive: true, onFatal: fatal })
    const taken = { ...account('ada'), sub: 'ada' }
    const outcomes = await Promise.allSettled([
      store.insertAccount(taken, { at: 1, type: 'account_created' }),
      store.insertAccount({ ...account('bob'), sub: 'ada' }, { at: 1, type: 'account_created' }),
      store.insertAccount(account('eve'), { at: 1, type: 'account_created' }),
    ])
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    await store.close()
    const db = openDatabase(join(data, 'nod.db'), 'read')
    expect(all(db, 'SELECT sub FROM accounts ORDER BY sub').map((row) => row.sub)).toEqual(['ada', 'eve'])
    expect(all(db, 'SELECT * FROM audit').length).toBe(2)
    db.close()
  })

  it('has written every acknowledged write before it says so', async () => {
    const data = folder()
    const store = openStore(data, { exclusive: true, onFatal: fatal })
    const db = openDatabase(join(data, 'nod.db'), 'read')
    await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        await store.insertAccount(account(`a${i}`), { at: 1, type: 'account_created' })
        expect(all(db, 'SELECT 1 FROM accounts WHERE sub = @sub', { sub: `a${i}` }).length).toBe(1)
      }),
    )
    db.close()
    await store.close()
  })

  it('answers 503 while somebody else holds the database, and goes on after (F21)', async () => {
    const data = folder()
    const store = openStore(data, { exclusive: true, onFatal: fatal })
    const other = openDatabase(join(data, 'nod.db'), 'write')
    other.exec('BEGIN EXCLUSIVE')
    await expect(store.probe()).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    other.exec('ROLLBACK')
    await store.probe()
    other.close()
    await store.close()
  })

  it('refuses a file of a newer schema, and says what to do', async () => {
    const data = folder()
    const store = openStore(data, { exclusive: true, onFatal: fatal })
    await store.close()
    const db = openDatabase(join(data, 'nod.db'), 'write')
    db.pragma('user_version = 99')
    db.close()
    expect(() => openStore(data, { exclusive: true, onFatal: fatal })).toThrow(/schema 99.*newer build/)
  })
})
