/** What durability and exclusiveness rest on, asked of the real files. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { all, openDatabase } from '../../gateway/store/database.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
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

const client = (client_id: string, origin: string): ClientRow => ({
  ...{ client_id, name: client_id, secret_hash: null, redirect_uris: [], origins: [origin], login_matches: [] },
  ...{ start_uri: null, mount: null, logo_uri: null, confirm: 'tap', native: false, device_grant: false },
  ...{ device_offline_access: false, offline_access: false, pkce: true, hold_seconds: null },
  ...{ id_token_signed_response_alg: 'ES256', jwks: null, jwks_uri: null, post_logout_redirect_uris: [] },
  ...{ backchannel_logout_uri: null, initiator: 'any', allowed_networks: [], scopes: [], created_at: 1 },
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

  it('does not miss a command in whose batch something fails', async () => {
    const data = folder()
    const store = openStore(data, { exclusive: true, onFatal: fatal })
    const command = openStore(data, { exclusive: false, onFatal: fatal })
    expect(await store.changedElsewhere()).toBe(true)
    await command.insertAccount(account('ada'), { at: 1, type: 'account_created' })
    const [changed, failed] = await Promise.allSettled([
      store.changedElsewhere(),
      store.insertAccount({ ...account('bob'), sub: 'ada' }, { at: 1, type: 'account_created' }),
    ])
    expect([changed, failed.status]).toEqual([{ status: 'fulfilled', value: true }, 'rejected'])
    await command.close()
    await store.close()
  })

  it('asks anew for a client that was changed, here or by a command', async () => {
    const data = folder()
    const store = openStore(data, { exclusive: true, onFatal: fatal })
    const command = openStore(data, { exclusive: false, onFatal: fatal })
    expect(await store.findClient('shop')).toBeNull()
    await command.insertClient(client('shop', 'https://shop.example'))
    expect(await store.findClient('shop')).toMatchObject({ name: 'shop' })
    expect(await store.otherOrigins('bank')).toEqual(['https://shop.example'])
    await store.updateClient({ ...client('shop', 'https://shop.test'), name: 'Ours' })
    expect(await store.findClient('shop')).toMatchObject({ name: 'Ours' })
    expect(await store.otherOrigins('bank')).toEqual(['https://shop.test'])
    await command.updateClient({ ...client('shop', 'https://shop.test'), name: 'Theirs' })
    expect(await store.findClient('shop')).toMatchObject({ name: 'Theirs' })
    await command.removeClient('shop')
    expect(await store.findClient('shop')).toBeNull()
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
