/**
 * Who a browser is, and that nobody else becomes it: the device's key, what is kept of it, two accounts side by side, and
 * the private window beside the ordinary one.
 */
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kept, secretsOf, tokensOf, worker } from './harness/background.ts'
import { HostileSite } from './harness/hostile-site.ts'
import type { Profile } from './harness/profile.ts'
import { approve, claimByCode, codeOf, numberOf } from './harness/scenes.ts'
import { ADA, type Person, Stage } from './harness/stage.ts'
import { fill, linkTo, press, reads, said, switchOn, useGateway } from './harness/steps.ts'
import { Widget } from './harness/widget.ts'

const NAME = 'Two Teas'
const BOB: Person = { username: 'bob', name: 'Bob Cox', password: 'tangerine battery horse staple' }

let stage: Stage
let site: HostileSite
let ada: Profile
let bob: Profile

beforeAll(async () => {
  stage = await Stage.set()
  await stage.gateway.addUser(BOB.username, BOB.name, BOB.password)
  site = await HostileSite.join(stage.gateway, NAME)
  site.show('/login', '<!doctype html><title>Sign in</title><form><input type="email"></form>')
  ada = await stage.profile()
  bob = await stage.profile()
  for (const [profile, person] of [
    [ada, ADA],
    [bob, BOB],
  ] as const) {
    await useGateway(profile, stage.gateway.issuer)
    await linkTo(profile, stage.gateway.issuer, person)
  }
  await switchOn(bob, NAME)
})
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  await site?.close()
})

const accountOf = async (profile: Profile) => (await kept(profile)).local.accounts![0]!

async function openLogin(): Promise<Widget> {
  const widget = new Widget(await bob.open(`${site.origin}/login`))
  await codeOf(widget)
  return widget
}

/** A popup in which the card, and the name above it, say whose answer it is. */
async function openPopupOf(profile: Profile, person: Person): Promise<Page> {
  const popup = await profile.openPopup(await profile.open(stage.shop))
  await reads(popup, person.name)
  return popup
}

describe('the key', () => {
  test('signs, and can not be taken out (X20)', async () => {
    const found = await (await worker(ada)).evaluate(tryToExport)
    expect(found).toEqual({
      keys: 1,
      extractable: false,
      usages: ['sign'],
      pkcs8: 'InvalidAccessError',
      jwk: 'InvalidAccessError',
      raw: 'InvalidAccessError',
      wrapped: 'InvalidAccessError',
      signature: 64,
    })
  })

  test('leaves nothing private in what is kept (X20)', async () => {
    const { local, session, sync } = await kept(ada)
    expect(sync).toEqual({})
    const [{ databases, text }] = await Promise.all([(await worker(ada)).evaluate(dumpDatabases)])
    expect(databases).toEqual(['nod'])
    const everything = JSON.stringify({ local, session }) + text
    expect(everything).toContain((await accountOf(ada)).device_id)
    expect(text, 'the public half is there').toMatch(/"x":"[\w-]{43}"/)
    // RFC 7518 §6.2.2 `d`; the base64 that every PKCS #8 file of a P-256 key begins with; a PEM's words.
    expect(everything).not.toMatch(/"d":|MIG[A-Za-z0-9]Ag|PRIVATE KEY/)
  })

  test('has the account’s token with it, and no storage has (X20)', async () => {
    const tokens = await tokensOf(ada)
    expect(tokens).toEqual([expect.stringMatching(/^[\w-]{43}$/)])
    expect(JSON.stringify(await kept(ada))).not.toContain(tokens[0])
  })

  test('gets the token that an earlier version kept in a storage, which it leaves (X20)', async () => {
    const [token = ''] = await tokensOf(ada)
    await ada.background.evaluate(asBefore)
    expect(JSON.stringify((await kept(ada)).local)).toContain(token)
    expect(await tokensOf(ada)).toEqual([])
    await ada.killWorker()
    const options = await ada.openOwn('options.html')
    await reads(options, ADA.name)
    await options.close()
    await expect.poll(() => tokensOf(ada)).toEqual([token])
    await expect.poll(async () => JSON.stringify((await kept(ada)).local)).not.toContain(token)
  })

  test('and the token are out of a content script’s reach, and so are the open pages’ secrets (X20)', async () => {
    const widget = await openLogin()
    const secrets = await secretsOf(bob)
    expect(secrets).toHaveLength(3)
    const script = (await bob.contentScript(widget.page))!
    const found = await script.evaluate(readAll)
    for (const secret of secrets) expect(JSON.stringify(found)).not.toContain(secret)
    expect(found).toMatchObject({ session: 'refused', databases: [] })
    await widget.page.close()
  })

  test('is gone after unlinking, with everything else that was the account’s (X20)', async () => {
    const carol = await stage.profile()
    await useGateway(carol, stage.gateway.issuer)
    await linkTo(carol, stage.gateway.issuer, ADA)
    const { device_id } = await accountOf(carol)
    const [device_token = ''] = await tokensOf(carol)
    expect(await claims(device_token)).toBe(200)
    const options = await carol.openOwn('options.html')
    await press(options, 'options_unlink')
    await press(options, 'options_unlink_sure')
    await reads(options, said('popup_link'))
    const { local } = await kept(carol)
    expect(JSON.stringify(local)).not.toMatch(new RegExp(`${device_id}|${ADA.name}`))
    expect(await (await worker(carol)).evaluate(tryToExport)).toMatchObject({ keys: 0 })
    expect((await (await worker(carol)).evaluate(dumpDatabases)).text).not.toContain(device_token)
    expect(await claims(device_token)).toBe(401)
  })
})

describe('two accounts', () => {
  test('each answers as itself, and as the one that its popup names (X23)', async () => {
    for (const [profile, person] of [
      [ada, ADA],
      [bob, BOB],
    ] as const) {
      const widget = await openLogin()
      const popup = await openPopupOf(profile, person)
      await claimByCode(popup, await codeOf(widget))
      await approve(popup, await numberOf(widget))
      await reads(widget.page, 'You are back.')
      await reads(popup, person.name)
      await press(popup, 'close')
      expect((await site.redeem()).sub).toBe((await accountOf(profile)).sub)
      await widget.page.close()
    }
  })

  test('a request that the other one has taken shows nothing of itself (X23)', async () => {
    const widget = await openLogin()
    const letters = await codeOf(widget)
    const first = await openPopupOf(ada, ADA)
    await claimByCode(first, letters)
    const second = await openPopupOf(bob, BOB)
    await type(second, letters)
    await reads(second, said('error_session_claimed'))
    expect((await kept(bob)).session.inbox?.items).toEqual([])
    await press(first, 'ask_deny')
    await press(first, 'close')
    await widget.page.close()
  })

  test('a sign-in that is meant for one is refused to the other, and shows it nothing (X23)', async () => {
    const widget = await openLogin()
    const before = await openPopupOf(bob, BOB)
    await claimByCode(before, await codeOf(widget))
    await approve(before, await numberOf(widget))
    await reads(widget.page, 'You are back.')
    await press(before, 'close')
    await before.close()
    const { id_token, sub } = await site.redeem()
    await widget.page.close()

    site.extra = { id_token_hint: id_token }
    const meant = await openLogin()
    const letters = await codeOf(meant)
    const wrong = await openPopupOf(ada, ADA)
    await type(wrong, letters)
    await reads(wrong, said('error_wrong_account'))
    expect((await kept(ada)).session.inbox?.items).toEqual([])
    expect(await codeOf(meant), 'and the page goes on').toBe(letters)

    const right = await openPopupOf(bob, BOB)
    await claimByCode(right, letters)
    await approve(right, await numberOf(meant))
    await reads(meant.page, 'You are back.')
    expect((await site.redeem()).sub).toBe(sub)
    site.extra = {}
  })
})

async function type(popup: Page, letters: string): Promise<void> {
  await press(popup, 'popup_enter_code')
  await fill(popup, 'code_label', letters)
  await press(popup, 'code_submit')
}

/** What the gateway says to who shows this token. */
async function claims(token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`${stage.gateway.issuer}/v1/claims?wait=0`, { headers })).status
}

declare const chrome: {
  storage: Record<string, { get(key: null): Promise<{ accounts: object[] }>; set(what: object): Promise<void> }>
}

/** Puts the one account's token where earlier versions had it. */
async function asBefore(): Promise<void> {
  const done = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve) => {
      request.onsuccess = () => resolve(request.result)
    })
  const database = await done(indexedDB.open('nod'))
  const store = () => database.transaction('keys', 'readwrite').objectStore('keys')
  const [name] = await done(store().getAllKeys())
  const { token: device_token, ...key } = await done(store().get(name!))
  await done(store().put(key, name))
  database.close()
  const { accounts } = await chrome.storage.local!.get(null)
  await chrome.storage.local!.set({ accounts: [{ ...accounts[0], device_token }] })
}

/** All that a content script can read of what its extension keeps, or could. */
async function readAll(): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = { databases: (await indexedDB.databases()).map(({ name }) => name) }
  for (const area of ['local', 'session', 'sync']) {
    found[area] = await (async () => chrome.storage[area]!.get(null))().catch(() => 'refused')
  }
  return found
}

async function tryToExport(): Promise<object> {
  const database = await new Promise<IDBDatabase>((done) => {
    const opening = indexedDB.open('nod')
    opening.onsuccess = () => done(opening.result)
  })
  const all = await new Promise<{ private_key: CryptoKey }[]>((done) => {
    const reading = database.transaction('keys').objectStore('keys').getAll()
    reading.onsuccess = () => done(reading.result)
  })
  database.close()
  const key = all[0]?.private_key
  if (!key) return { keys: 0 }
  const nameOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'given out',
      (error: Error) => error.name,
    )
  const wrapping = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['wrapKey'])
  const iv = new Uint8Array(12)
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  return {
    keys: all.length,
    extractable: key.extractable,
    usages: key.usages,
    pkcs8: await nameOf(crypto.subtle.exportKey('pkcs8', key)),
    jwk: await nameOf(crypto.subtle.exportKey('jwk', key)),
    raw: await nameOf(crypto.subtle.exportKey('raw', key)),
    wrapped: await nameOf(crypto.subtle.wrapKey('pkcs8', key, wrapping, { name: 'AES-GCM', iv })),
    signature: (await crypto.subtle.sign(algorithm, key, iv)).byteLength,
  }
}

async function dumpDatabases(): Promise<{ databases: (string | undefined)[]; text: string }> {
  const databases = (await indexedDB.databases()).map(({ name }) => name)
  const read = <T>(request: IDBRequest<T>) =>
    new Promise<T>((done) => {
      request.onsuccess = () => done(request.result)
    })
  let text = ''
  for (const name of databases) {
    const database = await read(indexedDB.open(name ?? ''))
    for (const store of database.objectStoreNames) {
      text += JSON.stringify(await read(database.transaction(store).objectStore(store).getAll()))
    }
    database.close()
  }
  return { databases, text }
}
