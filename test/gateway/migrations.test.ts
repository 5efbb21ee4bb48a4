/** A database of an earlier build is brought to this one's schema with everything in it, after a copy. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { first, openDatabase, run } from '../../gateway/store/database.ts'
import { site } from './people.ts'
import { startTestGateway } from './support.ts'

const START = new URL('../../gateway/store/migrations/0001-start.sql', import.meta.url)

it('a database of the first build keeps its sites and its keys, and works', async () => {
  const data = mkdtempSync(join(tmpdir(), 'nod-migration-'))
  onTestFinished(() => rmSync(data, { recursive: true, force: true }))
  const file = join(data, 'nod.db')
  const old = openDatabase(file, 'write')
  old.exec(readFileSync(START, 'utf8'))
  old.pragma('user_version = 1')
  run(
    old,
    `INSERT INTO clients (client_id, name, redirect_uris, origins, login_matches, confirm, native, device_grant,
       id_token_signed_response_alg, post_logout_redirect_uris, created_at)
     VALUES ('shop', 'Shop', '["https://shop.example/cb"]', '[]', '[]', 'tap', 0, 0, 'RS256', '[]', 1)`,
  )
  run(
    old,
    `INSERT INTO accounts (sub, username, username_key, name, created_at) VALUES ('ada', 'ada', 'ada', 'Ada', 1)`,
  )
  run(
    old,
    `INSERT INTO sessions (session_id, kind, state, version, client_id, created_at, first_expires_at, expires_at, poll_hash,
       authorization, page, dead_slot)
     VALUES ('one', 'code', 'denied', 3, 'shop', @now, @now, @now, 'hash', '{"scope":"openid"}', '{"os":"Linux"}', 0)`,
    { now: Math.floor(Date.now() / 1000) },
  )
  run(
    old,
    `INSERT INTO audit (at, type, sub, detail) VALUES (1, 'approved', 'ada', '{"browser":"Firefox 153","os":"Linux"}'),
       (2, 'denied', 'ada', '{"browser":"Opera 9","os":"Linux"}'), (3, 'approved', 'gone', '{"browser":"Edge 1","os":"Linux"}')`,
  )
  old.close()
  const gateway = await startTestGateway({}, { data })
  expect(await gateway.deps.store.findClient('shop')).toMatchObject({
    name: 'Shop',
    pkce: true,
    offline_access: false,
    device_offline_access: false,
    initiator: 'any',
    allowed_networks: [],
    scopes: [],
  })
  const { store } = gateway.deps
  expect(await store.findSession('one')).toMatchObject({ state: 'denied', version: 3, page: { os: 'Linux' } })
  expect(await store.knowsPage('ada', 'Firefox 153', 'Linux')).toBe(true)
  expect(await store.knowsPage('ada', 'Opera 9', 'Linux')).toBe(false)
  const { client_id } = await site(gateway)
  expect(await gateway.deps.store.findClient(client_id)).not.toBeNull()
  const copy = `${file}.before-2`
  expect(existsSync(copy)).toBe(true)
  // It has the keys that the database has, and is nobody else's to read either.
  expect([file, copy].map((one) => statSync(one).mode & 0o777)).toEqual([0o600, 0o600])
  copyFileSync(copy, join(data, 'copy.db'))
  const before = openDatabase(join(data, 'copy.db'), 'read')
  expect(first(before, 'SELECT name FROM clients')).toEqual({ name: 'Shop' })
  before.close()
})
