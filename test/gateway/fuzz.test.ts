/**
 * Nonsense on every route, the same each time: methods, addresses, headers and bodies that nobody meant. Nothing a client
 * sends is a fault of the gateway, tells of its insides, or stops it (I11, I12).
 */
import { Agent, type OutgoingHttpHeaders, request } from 'node:http'
import { expect, it } from 'vitest'
import { hash } from '../../gateway/secrets.ts'
import { addressOf, everyRoute } from './every-route.ts'
import { person, site, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const ROUNDS = 14
const AT_ONCE = 8

/** Mulberry32: a number from 0 up to, not including, 1. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Request {
  method: string
  path: string
  headers: OutgoingHttpHeaders
  body: Buffer
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND']
const TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'APPLICATION/JSON;;;',
  '',
  'text/html',
]
/** Members and parameters that routes read. */
const NAMES = [
  ...[
    'ticket',
    'user_code',
    'observed_origin',
    'decision',
    'report',
    'passkey',
    'username',
    'password',
    'invite',
    'name',
  ],
  ...[
    'public_key',
    'proof',
    'current_password',
    'new_password',
    'everywhere',
    'poll_secret',
    'client_id',
    'client_secret',
  ],
  ...[
    'redirect_uri',
    'response_type',
    'response_mode',
    'scope',
    'state',
    'nonce',
    'code_challenge',
    'code',
    'code_verifier',
  ],
  ...[
    'code_challenge_method',
    'prompt',
    'max_age',
    'claims',
    'acr_values',
    'id_token_hint',
    'login_hint',
    'ui_locales',
  ],
  ...['grant_type', 'refresh_token', 'device_code', 'token', 'token_type_hint', 'client_assertion', 'request_uri'],
  ...['client_assertion_type', 'post_logout_redirect_uri', 'after', 'epoch', 'limit', 'before', 'session_id', 'id'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'a'.repeat(300), '\u0000', 'é', 'length'],
]

/** Text of every bad kind; `known` is what the gateway itself gave out. */
const texts = (known: readonly string[]): string[] => [
  ...known,
  ...['', ' ', '0', '-1', '1e999', 'null', 'NaN', '999999999999999999999', '2147483648', 'true', '[]', '{}'],
  ...[
    "' OR 1=1 --",
    '"; DROP TABLE sessions',
    '%',
    '%00',
    '%ff%fe',
    '%c3%28',
    '..%2f..%2fetc%2fpasswd',
    '../../x',
    '\\',
    '//evil.example',
  ],
  ...[
    '\u0000',
    '\ud800',
    '\u202e',
    '\ufeff',
    '😀'.repeat(50),
    'a'.repeat(9000),
    'a.b.c',
    'eyJhbGciOiJub25lIn0.e30.',
    '__proto__',
  ],
  ...['https://shop.example/cb', 'urn:ietf:params:oauth:request_uri:x', 'urn:ietf:params:oauth:grant-type:device_code'],
  ...[
    'authorization_code',
    'refresh_token',
    'code',
    'openid',
    'S256',
    'none',
    '{"id_token":{"acr":{"essential":true}}}',
    'file:///etc/passwd',
  ],
]

function nonsense(random: () => number, known: readonly string[], cookie: string) {
  const all = texts(known)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!
  const some = (most: number): number => Math.floor(random() * (most + 1))

  function value(depth: number): unknown {
    const kind = random()
    if (kind < 0.55 || depth > 3) return pick(all)
    if (kind < 0.7) return pick([0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER, -0, true, false, null])
    if (kind < 0.85) return Array.from({ length: some(4) }, () => value(depth + 1))
    return object(depth + 1)
  }
  const object = (depth: number): object =>
    Object.fromEntries(Array.from({ length: some(6) }, () => [pick(NAMES), value(depth)]))
  const form = (): string =>
    Array.from({ length: some(8) }, () => {
      const text = pick(all)
      return `${encodeURIComponent(pick(NAMES))}=${random() < 0.5 ? text : encodeURIComponent(text.toWellFormed())}`
    }).join('&')

  function body(): Buffer {
    const kind = random()
    if (kind < 0.4) return Buffer.from(JSON.stringify(object(0)))
    // As some parsers would set it, and as JSON.stringify never writes it.
    if (kind < 0.45) return Buffer.from('{"__proto__":{"ticket":"x","admin":true},"constructor":{"prototype":{}}}')
    if (kind < 0.7) return Buffer.from(form())
    if (kind < 0.75) return Buffer.from('['.repeat(8000))
    if (kind < 0.8) return Buffer.from(`${'{"a":'.repeat(2500)}1${'}'.repeat(2500)}`)
    if (kind < 0.85) return Buffer.from(`{"ticket":${'9'.repeat(5000)}}`)
    if (kind < 0.9) return Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0xff, 0x22, 0x3a, 0x80, 0x7d])
    if (kind < 0.95) return Buffer.alloc(0)
    return Buffer.from(Array.from({ length: some(400) }, () => some(255)))
  }

  /** What a header and a request line can be sent with at all. */
  const sendable = (text: string): string => text.replace(/[^\x21-\x7e]/g, '').slice(0, 2000)

  return (method: string, address: string): Request => {
    const path = address.replace(/(?<=\/)x(?=$|\/)/g, () => (random() < 0.5 ? 'x' : sendable(pick(all)) || 'x'))
    // A wait is held for as long as it is asked to: none of these shall be.
    const query = random() < 0.6 ? `?wait=0&${sendable(form())}` : '?wait=0'
    const headers: OutgoingHttpHeaders = {
      ...(random() < 0.8 && { 'content-type': pick(TYPES) }),
      ...(random() < 0.5 && { cookie }),
      ...(random() < 0.7 && { origin: pick(['ISSUER', 'https://shop.example', 'null', 'x', sendable(pick(all))]) }),
      ...(random() < 0.7 && { 'sec-fetch-site': pick(['same-origin', 'cross-site', '']) }),
      ...(random() < 0.4 && { authorization: `${pick(['Bearer', 'Basic', 'bearer', ''])} ${sendable(pick(all))}` }),
      ...(random() < 0.4 && { accept: pick(['text/html', 'application/nod-session+json', 'x', '*/*;q=0']) }),
      ...(random() < 0.2 && { 'x-forwarded-for': sendable(pick(all)), 'user-agent': sendable(pick(all)) }),
      ...(random() < 0.2 && { 'nod-origin': sendable(pick(all)), prefer: `wait=${pick(['0', '-1', 'x'])}` }),
      ...(random() < 0.1 && { 'content-encoding': 'gzip', 'if-none-match': sendable(pick(all)) }),
    }
    return { method: random() < 0.8 ? method : pick(METHODS), path: path + query, headers, body: body() }
  }
}

const send = (gateway: TestGateway, agent: Agent, { method, path, headers, body }: Request) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const origin = headers.origin === 'ISSUER' ? gateway.issuer : headers.origin
    const all = { ...headers, ...(origin !== undefined && { origin }), 'content-length': body.length }
    const target = { host: '127.0.0.1', port: gateway.port, method, path, agent, headers: all }
    const asked = request(target, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (data) => (text += data))
      answer.once('end', () => resolve({ status: answer.statusCode!, text }))
    })
    asked.once('error', reject)
    asked.end(body)
  })

/** Names of files, of tables and of what throws. */
const INSIDES =
  /\bat \S+ \(|\.ts:\d|node_modules|node:internal|SQLITE|\bSELECT\b|\bINSERT\b|TypeError|RangeError|SyntaxError/

it('whatever it is sent, the gateway answers as it should and goes on (I11, I12)', { timeout: 60_000 }, async () => {
  const faults: string[] = []
  const gateway = await startTestGateway({}, { onLog: (line) => line.includes('"error"') && faults.push(line) })
  const client = await site(gateway, { secret_hash: hash('secret'), device_grant: true, offline_access: true })
  const one = await person(gateway)
  const page = await waitingPage(gateway, client)
  const { session_id, poll_secret, user_code } = page.session
  const known = [session_id, poll_secret, user_code, await page.ticket(), client.client_id, one.device_id, one.username]
  const make = nonsense(numbers(20_260_801), known, one.headers.cookie!)
  const requests = Array.from({ length: ROUNDS }, () => everyRoute(gateway)).flat()
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const seen = new Map<number, number>()
  try {
    for (let i = 0; i < requests.length; i += AT_ONCE) {
      const made = requests.slice(i, i + AT_ONCE).map((route) => make(route.method, addressOf(route)))
      const answers = await Promise.all(made.map((each) => send(gateway, agent, each)))
      for (const [n, { status, text }] of answers.entries()) {
        const what = `${made[n]!.method} ${made[n]!.path} ${made[n]!.body.toString('latin1').slice(0, 300)}`
        seen.set(status, (seen.get(status) ?? 0) + 1)
        expect([what, status < 500 || status === 503, status]).toEqual([what, true, status])
        expect([what, INSIDES.exec(text)?.[0]]).toEqual([what, undefined])
      }
    }
  } finally {
    agent.destroy()
  }
  expect(faults).toEqual([])
  // It got further than the door: some of it was understood.
  for (const status of [200, 400, 401, 403, 404])
    expect([status, seen.get(status)]).toEqual([status, expect.any(Number)])
  expect((await gateway.fetch('/ready')).status).toBe(200)
  expect(Object.prototype).not.toHaveProperty('admin')
  await expect.poll(() => gateway.deps.hub.size()).toBe(0)
})
