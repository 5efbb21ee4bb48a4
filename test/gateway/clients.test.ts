/** `nod client` and `nod key` beside a running gateway, and what the extension is told of the sites. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { client } from '../../gateway/commands/client.ts'
import { key } from '../../gateway/commands/key.ts'
import { issuedCode, outcome, redeem, redemption } from './codes.ts'
import { authorize, person, site } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

interface Ran {
  code: number
  out: string
  err: string
}

/** Runs a command as `nod` would, and reads what it prints. */
async function ran(
  run: (args: string[], env: Record<string, string>) => Promise<number>,
  args: string[],
  data: string,
  issuer = 'http://localhost:8787',
): Promise<Ran> {
  const [out, err] = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error')].map((spy) =>
    spy.mockImplementation(() => {}),
  )
  const text = (spy: typeof out) => spy!.mock.calls.map(([line]) => line).join('\n')
  try {
    const code = await run(args, { NOD_DATA: data, NOD_ISSUER: issuer })
    return { code, out: text(out), err: text(err) }
  } finally {
    vi.restoreAllMocks()
  }
}

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'nod-test-'))
  onTestFinished(() => rm(made, { recursive: true }))
  return made
}

const ADD = [
  'add',
  '--name',
  'Demo shop',
  '--redirect-uri',
  'https://shop.example/cb',
  '--origin',
  'https://shop.example',
]

/** The registered client with this id, as the running gateway sees it. */
const stored = async (gateway: TestGateway, client_id: string) => (await gateway.deps.store.findClient(client_id))!

describe('nod client add', () => {
  it('registers a site that can sign people in at once, beside a running gateway', async () => {
    const gateway = await startTestGateway()
    const { code, out } = await ran(client, [...ADD, '--json'], gateway.data)
    expect(code).toBe(0)
    const { client_id, client_secret } = JSON.parse(out) as { client_id: string; client_secret: string }
    expect(Buffer.from(client_secret, 'base64url')).toHaveLength(32)
    const registered = await stored(gateway, client_id)
    expect(registered).toMatchObject({ name: 'Demo shop', confirm: 'number', id_token_signed_response_alg: 'RS256' })
    expect(JSON.stringify(registered)).not.toContain(client_secret)
    const params = redemption(registered, await issuedCode(gateway, registered, await person(gateway)), {
      client_secret,
    })
    expect(await outcome(redeem(gateway, params))).toBe('200')
  })

  it('takes policies, and lists them where they are not the usual', async () => {
    const data = await folder()
    const policies = [
      ...['--initiator', 'extension', '--start-uri', 'https://shop.example/login'],
      ...['--allowed-network', '10.0.0.0/8', '--allowed-network', '2001:db8::1', '--scope', 'openid'],
    ]
    expect((await ran(client, [...ADD, ...policies], data)).code).toBe(0)
    const text = (await ran(client, ['list'], data)).out
    for (const line of ['initiator     extension', 'network       2001:db8::1', 'scope         openid'])
      expect(text).toContain(line)
    expect(text).not.toContain('confirm')
    expect(JSON.parse((await ran(client, ['list', '--json'], data)).out)).toMatchObject([
      { initiator: 'extension', allowed_networks: ['10.0.0.0/8', '2001:db8::1'], scopes: ['openid'] },
    ])
    const undo = ['--initiator', 'any', '--remove-scope', 'openid', '--remove-allowed-network', '2001:db8::1']
    expect((await ran(client, ['update', 'Demo shop', ...undo], data)).code).toBe(0)
    expect(JSON.parse((await ran(client, ['list', '--json'], data)).out)).toMatchObject([
      { initiator: 'any', allowed_networks: ['10.0.0.0/8'], scopes: [] },
    ])
  })

  it.each([
    [['--initiator', 'everybody'], '--initiator everybody must be one of any, extension, backend'],
    [['--initiator', 'extension'], '--initiator extension is nothing without the address it starts from'],
    [['--initiator', 'extension', '--device-grant'], '--initiator extension and the device grant exclude each other'],
    [['--initiator', 'backend', '--public'], '--initiator backend is not for a public client'],
    [['--allowed-network', '10.0.0.0/33'], '--allowed-network 10.0.0.0/33 is no address or network'],
    [['--allowed-network', 'office'], '--allowed-network office is no address or network'],
    [['--scope', 'email'], '--scope email is not known here: there are openid, profile'],
    [['--scope', 'offline_access'], '--scope offline_access is not given by this flag but by --offline-access'],
  ])('says what is wrong with %j', async (flags, fault) => {
    const { code, err } = await ran(client, [...ADD, ...flags], await folder())
    expect([code, err]).toEqual([2, expect.stringContaining(fault)])
  })

  it('lets no client that must push become public', async () => {
    const data = await folder()
    await ran(client, [...ADD, '--initiator', 'backend'], data)
    const { code, err } = await ran(client, ['update', 'Demo shop', '--public'], data)
    expect([code, err]).toEqual([2, expect.stringContaining('--initiator backend is not for a public client')])
  })

  it('prints what to do next, with the values filled in', async () => {
    const { out } = await ran(client, ADD, await folder(), 'https://nod.example')
    expect(out).toMatch(/client_id {6}demo-shop-[a-z0-9]{8}\n {2}client_secret {2}[\w-]{43}\n/)
    expect(out).toContain("new URL('https://nod.example')")
    expect(out).toContain("const redirect_uri = 'https://shop.example/cb'")
    expect(out).not.toContain('allowInsecureRequests')
    expect(out).toMatch(/nod client update demo-shop-[a-z0-9]{8} --start-uri/)
  })

  it('prints the lines of the library that is asked for, then or later, and names the others', async () => {
    const data = await folder()
    const out = async (...args: string[]) => (await ran(client, args, data, 'https://nod.example')).out
    expect(await out(...ADD)).toMatch(/The same for auth\.js, spring-security, mod_auth_openidc, curl:/)
    const add = [...ADD.slice(0, 2), 'Other shop', ...ADD.slice(3)]
    const chosen = await out(...add, '--snippet', 'mod_auth_openidc')
    expect(chosen).toContain('OIDCProviderMetadataURL https://nod.example/.well-known/openid-configuration')
    expect(chosen).not.toMatch(/openid-client|The same for/)
    expect(await out('update', 'Other shop', '--snippet', 'curl')).toContain("issuer='https://nod.example'")
    expect(JSON.parse(await out('update', 'Other shop', '--snippet', 'Auth.js', '--json'))).toEqual({
      client_id: expect.any(String),
      snippet: expect.stringContaining('NextAuth('),
    })
    const unknown = await ran(client, ['update', 'Other shop', '--snippet', 'cobol'], data)
    expect([unknown.code, unknown.err]).toEqual([
      2,
      expect.stringMatching(/--snippet cobol must be one of openid-client/),
    ])
  })

  it('gives a public client no secret', async () => {
    const args = ['add', '--name', 'App', '--redirect-uri', 'http://127.0.0.1/cb', '--native', '--public', '--json']
    expect(JSON.parse((await ran(client, args, await folder())).out)).toEqual({
      client_id: expect.stringMatching(/^app-/),
    })
  })

  it('keeps every flag', async () => {
    const gateway = await startTestGateway()
    const jwks = join(await folder(), 'jwks.json')
    await writeFile(jwks, '{"keys":[{"kty":"EC","crv":"P-256","x":"x","y":"y"}]}')
    const flags = [
      ['start-uri', 'https://shop.example/login/nod'],
      ['login-match', 'https://shop.example/login*'],
      ['mount', '#nod'],
      ['logo-uri', 'https://shop.example/logo.svg'],
      ['confirm', 'tap'],
      ['hold', '20'],
      ['alg', 'ES256'],
      ['jwks', jwks],
      ['post-logout-redirect-uri', 'https://shop.example/bye'],
      ['backchannel-logout-uri', 'https://shop.example/logout'],
      ['initiator', 'backend'],
      ['allowed-network', '10.0.0.0/8'],
      ['scope', 'profile'],
    ].flatMap(([flag, value]) => [`--${flag}`, value!])
    const switches = ['--device-grant', '--native', '--no-pkce', '--offline-access', '--device-offline-access']
    const { out } = await ran(client, [...ADD, ...flags, ...switches, '--json'], gateway.data)
    const { client_id, ...rest } = JSON.parse(out) as { client_id: string }
    expect(rest).toEqual({})
    expect(await stored(gateway, client_id)).toEqual({
      client_id,
      name: 'Demo shop',
      secret_hash: null,
      redirect_uris: ['https://shop.example/cb'],
      origins: ['https://shop.example'],
      login_matches: ['https://shop.example/login*'],
      start_uri: 'https://shop.example/login/nod',
      mount: '#nod',
      logo_uri: 'https://shop.example/logo.svg',
      confirm: 'tap',
      native: true,
      device_grant: true,
      hold_seconds: 20,
      id_token_signed_response_alg: 'ES256',
      jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] },
      jwks_uri: null,
      post_logout_redirect_uris: ['https://shop.example/bye'],
      backchannel_logout_uri: 'https://shop.example/logout',
      pkce: false,
      offline_access: true,
      device_offline_access: true,
      initiator: 'backend',
      allowed_networks: ['10.0.0.0/8'],
      scopes: ['profile'],
      created_at: expect.any(Number),
    })
  })

  it('names every bad flag at once with the mend, and registers nothing', async () => {
    const data = await folder()
    const bad: [string, string, RegExp][] = [
      ['redirect-uri', 'http://shop.example/cb', /must be https/],
      ['redirect-uri', 'https://shop.example/cb#x', /fragment/],
      ['origin', 'https://Shop.example', /must be an origin and nothing more: https:\/\/shop\.example/],
      ['origin', 'https://*.shop.example', /wildcards/],
      ['origin', 'https://shop.example/login', /nothing more: https:\/\/shop\.example/],
      ['start-uri', 'https://elsewhere.example/login', /one of the origins/],
      ['login-match', '*://*/*', /one of the --origin values/],
      ['confirm', 'maybe', /must be one of tap, number, passkey/],
      ['alg', 'none', /must be one of RS256, ES256/],
      ['hold', '25', /below 25/],
      ['jwks', join(data, 'nothing.json'), /cannot be read/],
      ['logo-uri', 'ftp://shop.example/logo', /must be https/],
      ['backchannel-logout-uri', 'shop', /absolute/],
    ]
    const args = ['add', '--name', 'a\u202eb', ...bad.flatMap(([flag, value]) => [`--${flag}`, value])]
    const { code, out, err } = await ran(client, args, data)
    expect([code, out]).toEqual([2, ''])
    for (const [flag, value, mend] of bad) {
      const line = err.split('\n').find((one) => one.includes(`--${flag} ${value} `))
      expect([flag, line]).toEqual([flag, expect.stringMatching(mend)])
    }
    expect(err).toMatch(/--name must not have invisible/)
    expect(JSON.parse((await ran(client, ['list', '--json'], data)).out)).toEqual([])
  })

  it('says what is missing, unknown, or does not go together', async () => {
    const data = await folder()
    const err = async (...args: string[]) => {
      const done = await ran(client, args, data)
      expect(done.code).toBe(2)
      return done.err
    }
    expect(await err('add')).toMatch(/--name is missing[\s\S]*--redirect-uri is missing/)
    expect(await err('add', '--nmae', 'x')).toMatch(/Unknown option '--nmae'/)
    expect(await err(...ADD, '--public', '--jwks-uri', 'https://shop.example/jwks')).toMatch(/exclude each other/)
    expect(await err(...ADD, '--public', '--no-pkce')).toMatch(/--no-pkce is not for a public client/)
    expect(await err(...ADD, '--device-offline-access')).toMatch(/nothing without the device grant and offline access/)
    expect(await err('frobnicate')).toMatch(/cannot "frobnicate"[\s\S]*nod client --help/)
    expect(await err()).toMatch(/say what to do: add, list, update or remove/)
  })
})

describe('nod client update', () => {
  it('asks what to change where nothing is said', async () => {
    const gateway = await startTestGateway()
    await ran(client, ADD, gateway.data)
    expect(await ran(client, ['update', 'Demo shop'], gateway.data)).toMatchObject({ code: 2 })
  })

  it('adds to what repeats, removes what is named, and keeps the rest and the secret', async () => {
    const gateway = await startTestGateway()
    const { client_id } = JSON.parse((await ran(client, [...ADD, '--json'], gateway.data)).out)
    const before = await stored(gateway, client_id)
    const origin = ['--origin', 'https://m.shop.example', '--remove-origin', 'https://shop.example']
    const { code, out } = await ran(
      client,
      ['update', 'Demo shop', ...origin, '--alg', 'ES256', '--json'],
      gateway.data,
    )
    expect([code, JSON.parse(out)]).toEqual([0, { client_id }])
    expect(await stored(gateway, client_id)).toEqual({
      ...before,
      origins: ['https://m.shop.example'],
      id_token_signed_response_alg: 'ES256',
    })
    const moved = { origin: 'https://m.shop.example', accept: 'application/nod-session+json' }
    const preflight = { method: 'OPTIONS', headers: moved }
    expect((await gateway.fetch('/authorize', preflight)).headers.get('access-control-allow-origin')).toBe(moved.origin)
  })

  it('takes single values and the secret away, and gives a new one', async () => {
    const gateway = await startTestGateway()
    const start = ['--start-uri', 'https://shop.example/login']
    const { client_id } = JSON.parse((await ran(client, [...ADD, ...start, '--native', '--json'], gateway.data)).out)
    const update = async (...args: string[]) =>
      JSON.parse((await ran(client, ['update', client_id, ...args, '--json'], gateway.data)).out)
    const { secret_hash } = await stored(gateway, client_id)
    expect(await update('--new-secret')).toEqual({ client_id, client_secret: expect.any(String) })
    expect((await stored(gateway, client_id)).secret_hash).not.toBe(secret_hash)
    expect(await update('--public', '--no-native', '--start-uri', '')).toEqual({ client_id })
    expect(await stored(gateway, client_id)).toMatchObject({ secret_hash: null, native: false, start_uri: null })
    expect(await update('--no-public')).toEqual({ client_id, client_secret: expect.any(String) })
  })

  it('finds no faults in what it is not asked to change, and tells those that it is', async () => {
    const data = await folder()
    await ran(client, ADD, data)
    const faults = await ran(client, ['update', 'Demo shop', '--remove-origin', 'https://other.example'], data)
    expect([faults.code, faults.err]).toEqual([2, expect.stringMatching(/--remove-origin .* is not registered/)])
    const last = await ran(client, ['update', 'Demo shop', '--remove-redirect-uri', 'https://shop.example/cb'], data)
    expect([last.code, last.err]).toEqual([2, expect.stringMatching(/--redirect-uri is missing/)])
    const nobody = await ran(client, ['update', 'nobody', '--name', 'x'], data)
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining('there is no client "nobody"')])
  })

  it('names those that share a name, and changes none of them', async () => {
    const gateway = await startTestGateway()
    const ids = [(await site(gateway)).client_id, (await site(gateway)).client_id]
    const { name } = (await gateway.deps.store.findClient(ids[0]!))!
    const { code, err } = await ran(client, ['update', name, '--name', 'x'], gateway.data)
    expect([code, err]).toEqual([1, expect.stringContaining('2 clients are called')])
    for (const id of ids) expect(err).toContain(id)
  })
})

describe('nod client list and remove', () => {
  it('tell no secret, and take effect at once', async () => {
    const gateway = await startTestGateway()
    const { client_id } = JSON.parse((await ran(client, [...ADD, '--json'], gateway.data)).out)
    const registered = await stored(gateway, client_id)
    const list = await ran(client, ['list', '--json'], gateway.data)
    expect(JSON.parse(list.out)).toEqual([expect.objectContaining({ client_id, public: false })])
    expect(list.out).not.toContain(registered.secret_hash)
    expect((await ran(client, ['list'], gateway.data)).out).toContain(`Demo shop  (${client_id})`)
    expect((await authorize(gateway, registered)).status).toBe(201)
    const removed = await ran(client, ['remove', client_id, '--json'], gateway.data)
    expect(JSON.parse(removed.out)).toEqual({ client_id, removed: true })
    expect(await outcome(authorize(gateway, registered))).toBe('400 unknown_client')
  })
})

describe('the sites', () => {
  it('are those with a page to sign in on, told to browsers that are not linked too', async () => {
    const gateway = await startTestGateway()
    const start = ['--start-uri', 'https://shop.example/login', '--mount', '#nod']
    const { client_id } = JSON.parse((await ran(client, [...ADD, ...start, '--json'], gateway.data)).out)
    await ran(client, ['add', '--name', 'Api', '--redirect-uri', 'https://api.example/cb'], gateway.data)
    expect(await (await gateway.fetch('/v1/sites')).json()).toEqual({
      sites: [
        {
          client_id,
          name: 'Demo shop',
          origins: ['https://shop.example'],
          login_matches: ['https://shop.example/*'],
          start_uri: 'https://shop.example/login',
          mount: '#nod',
        },
      ],
    })
  })
})

describe('nod key rotate', () => {
  it('publishes a successor for each key, signing a day later, beside a running gateway', async () => {
    const gateway = await startTestGateway()
    const { code, out } = await ran(key, ['rotate', '--json'], gateway.data)
    const made = JSON.parse(out) as { kid: string; alg: string; signs_from: number }[]
    expect([code, made.map(({ alg }) => alg)]).toEqual([0, ['RS256', 'ES256']])
    const { keys } = (await (await gateway.fetch('/jwks')).json()) as { keys: { kid: string }[] }
    expect(keys).toHaveLength(4)
    for (const { kid } of made) expect(keys.map((one) => one.kid)).toContain(kid)
    expect(out).not.toContain('"d"')
    expect((await ran(key, ['rotate'], gateway.data)).out).toMatch(/^RS256 {2}[\w-]{43} {2}signs from /)
    expect((await ran(key, [], gateway.data)).code).toBe(2)
  })

  it('makes no database where there is none to rotate keys in', async () => {
    const data = await mkdtemp(join(tmpdir(), 'nod-none-'))
    onTestFinished(() => rm(data, { recursive: true }))
    const { code, err } = await ran(key, ['rotate'], data)
    expect([code, err, await readdir(data)]).toEqual([1, expect.stringContaining('NOD_DATA'), []])
  })
})
