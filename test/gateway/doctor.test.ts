/** `nod doctor` against real gateways, proxies and sites, each with one usual mistake; and against none. */
import { createServer, request as forward, type RequestListener } from 'node:http'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { doctor } from '../../gateway/commands/doctor.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import { freePort, listen } from '../demo/ports.ts'
import { clientKeyPair } from './client-keys.ts'
import { challengeOf, site } from './people.ts'
import { startTestGateway, type TestGateway, testClock } from './support.ts'

interface Finding {
  check: string
  ok: boolean
  said: string
  mend?: string
}

const realClock = () => testClock(Math.floor(Date.now() / 1000))
const startNow = (settings: Record<string, string> = {}) => startTestGateway(settings, { clock: realClock() })

/** What the doctor finds; `settings` are those of the command. */
async function examined(settings: Record<string, string>, ...args: string[]) {
  const out = vi.spyOn(console, 'log').mockImplementation(() => {})
  try {
    const code = await doctor([...args, '--json'], settings)
    const { findings } = JSON.parse(out.mock.calls.at(-1)![0]) as { findings: Finding[] }
    return { code, findings, faults: findings.filter(({ ok }) => !ok) }
  } finally {
    vi.restoreAllMocks()
  }
}

const settingsOf = ({ issuer, data }: TestGateway) => ({ NOD_ISSUER: issuer, NOD_DATA: data })

async function serve(listener: RequestListener, port?: number): Promise<string> {
  const server = createServer(listener)
  const at = port ?? (await freePort())
  await listen(server, at)
  onTestFinished(() => void server.close())
  return `http://localhost:${at}`
}

/** A proxy at the issuer's address, the gateway behind it. */
async function behindProxy(headers: Record<string, string>, settings: Record<string, string> = {}) {
  const front = await freePort()
  const issuer = `http://localhost:${front}`
  const gateway = await startNow({ NOD_ISSUER: issuer, ...settings })
  await serve((request, response) => {
    const { url, method } = request
    const passed = forward(
      { port: gateway.port, path: url, method, headers: { ...request.headers, ...headers } },
      (answer) => answer.pipe(response.writeHead(answer.statusCode!, answer.headers)),
    )
    request.pipe(passed)
  }, front)
  return { NOD_ISSUER: issuer, NOD_DATA: gateway.data }
}

describe('a gateway that is well', () => {
  it('is found so, and nothing else is said to be wrong', async () => {
    const gateway = await startNow()
    const { code, findings, faults } = await examined(settingsOf(gateway))
    expect([code, faults]).toEqual([0, []])
    expect(findings.map(({ check }) => check)).toEqual(['issuer', 'clock', 'database', 'proxy'])
  })

  it('is told of in lines that people read', async () => {
    const gateway = await startNow()
    const out = vi.spyOn(console, 'log').mockImplementation(() => {})
    const code = await doctor(['--client', 'nobody'], settingsOf(gateway))
    const text = out.mock.calls.join('\n')
    vi.restoreAllMocks()
    expect([code, text]).toEqual([1, expect.stringMatching(/^ok {5}issuer/)])
    expect(text).toMatch(/\nFAULT {2}client +there is no client "nobody"\n +mend: /)
  })
})

describe('an issuer', () => {
  it('where nothing listens', async () => {
    const { data } = await startNow()
    const { code, faults } = await examined({ NOD_ISSUER: `http://localhost:${await freePort()}`, NOD_DATA: data })
    expect([code, faults]).toEqual([1, [expect.objectContaining({ check: 'issuer' })]])
    expect(faults[0]).toMatchObject({
      said: expect.stringMatching(/ECONNREFUSED/),
      mend: expect.stringMatching(/nod serve/),
    })
  })

  it('whose name has no address', async () => {
    const { data } = await startNow()
    const { faults } = await examined({ NOD_ISSUER: 'https://nod.invalid', NOD_DATA: data })
    expect(faults[0]?.mend).toMatch(/give nod\.invalid an address in DNS/)
  })

  it.each([
    [
      'redirects',
      301,
      { location: 'https://www.nod.example/' },
      '',
      /redirects to https:\/\/www\.nod\.example/,
      /NOD_ISSUER/,
    ],
    ['has a proxy without a gateway', 502, {}, '', /answers 502/, /nod serve/],
    ['has a proxy that passes on only some paths', 404, {}, '', /answers 404/, /all paths/],
    ['is something else', 200, {}, '<h1>Hello</h1>', /no OpenID Connect provider/, /passed on/],
    [
      'is another gateway',
      200,
      {},
      '{"issuer":"https://other.example"}',
      /says that it is https:\/\/other\.example/,
      /the same/,
    ],
  ])('that %s', async (_, status, headers, body, said, mend) => {
    const { data } = await startNow()
    const issuer = await serve((_request, response) => response.writeHead(status, headers).end(body))
    const { faults } = await examined({ NOD_ISSUER: issuer, NOD_DATA: data })
    expect(faults).toEqual([
      { check: 'issuer', ok: false, said: expect.stringMatching(said), mend: expect.stringMatching(mend) },
    ])
  })

  it('that another database stands behind', async () => {
    const [gateway, other] = [await startNow(), await startNow()]
    const { faults } = await examined({ ...settingsOf(gateway), NOD_DATA: other.data })
    expect(faults).toEqual([expect.objectContaining({ check: 'database', mend: expect.stringMatching(/NOD_DATA/) })])
  })

  it('whose clock is off, by the clock of its answers', async () => {
    const gateway = await startNow()
    const late = {
      ...gateway.clock,
      now: () => gateway.clock.now() + 90,
      millis: () => gateway.clock.millis() + 90_000,
    }
    const out = vi.spyOn(console, 'log').mockImplementation(() => {})
    const code = await doctor(['--json'], settingsOf(gateway), late)
    const text = out.mock.calls.join('\n')
    vi.restoreAllMocks()
    expect([code, text]).toEqual([1, expect.stringMatching(/is (89|9\d) seconds behind this one/)])
    expect(text).toMatch(/NTP/)
  })
})

describe('a proxy', () => {
  it('that says for whom it speaks, and is not believed', async () => {
    const { faults } = await examined(await behindProxy({ 'x-forwarded-for': '203.0.113.7' }))
    expect(faults).toEqual([
      {
        check: 'proxy',
        ok: false,
        said: expect.stringMatching(/X-Forwarded-For arrives from 127\.0\.0\.1, which is not trusted/),
        mend: expect.stringMatching(/NOD_TRUSTED_PROXIES=127\.0\.0\.1/),
      },
    ])
  })

  it('that is believed, also when it speaks for this machine itself', async () => {
    for (const address of ['203.0.113.7', '127.0.0.1']) {
      const settings = await behindProxy({ 'x-forwarded-for': address }, { NOD_TRUSTED_PROXIES: '127.0.0.1' })
      expect((await examined(settings)).faults).toEqual([])
    }
  })

  it('is asked about by the operator alone: to others there is nothing (I14)', async () => {
    const gateway = await startNow()
    for (const headers of [{}, { authorization: `Bearer ${'x'.repeat(43)}` }])
      expect((await gateway.fetch('/v1/diagnosis', { headers })).status).toBe(404)
  })
})

/** A site whose start URI answers so; `change` is of its registration. */
async function startingSite(
  gateway: TestGateway,
  listener: (client: () => ClientRow) => RequestListener,
  change: Partial<ClientRow> = {},
): Promise<ClientRow> {
  let client: ClientRow | undefined
  const origin = await serve(listener(() => client!))
  client = await site(gateway, { origins: [origin], start_uri: `${origin}/login`, ...change })
  return client
}

const authorizeUrl = async (gateway: TestGateway, client: ClientRow, change: Record<string, string> = {}) =>
  `${gateway.issuer}/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: client.redirect_uris[0]!,
    scope: 'openid',
    code_challenge: await challengeOf(),
    code_challenge_method: 'S256',
    ...change,
  })}`

const redirecting =
  (to: (client: ClientRow) => Promise<string> | string) =>
  (client: () => ClientRow): RequestListener =>
  async (_, response) =>
    response.writeHead(302, { location: await to(client()) }).end()

describe('a client', () => {
  it('is well when its start URI leads here with a sound request, by whatever detour', async () => {
    const gateway = await startNow()
    const client = await startingSite(gateway, (row) => async (request, response) => {
      if (request.url === '/login')
        return response.writeHead(303, { location: '/go', 'set-cookie': 'a=1; Path=/' }).end()
      const location = request.headers.cookie === 'a=1' ? await authorizeUrl(gateway, row()) : '/login'
      return response.writeHead(302, { location }).end()
    })
    const { code, findings } = await examined(settingsOf(gateway), '--client', client.client_id)
    expect([code, findings.at(-1)]).toEqual([
      0,
      { check: 'start URI', ok: true, said: expect.stringMatching(/leads here, with a request that is sound/) },
    ])
  })

  it('that must push its requests is well when it does, and a fault when it does not', async () => {
    const gateway = await startNow()
    const plain = await startingSite(
      gateway,
      redirecting((row) => authorizeUrl(gateway, row)),
      { initiator: 'backend' },
    )
    const { code, faults } = await examined(settingsOf(gateway), '--client', plain.client_id)
    expect([code, faults]).toEqual([
      1,
      [expect.objectContaining({ check: 'start URI', said: expect.stringMatching(/has to push its requests/) })],
    ])
    const reference = (row: ClientRow) =>
      `${gateway.issuer}/authorize?${new URLSearchParams({ client_id: row.client_id, request_uri: 'urn:x' })}`
    const pushing = await startingSite(gateway, redirecting(reference), { initiator: 'backend' })
    expect((await examined(settingsOf(gateway), '--client', pushing.client_id)).code).toBe(0)
  })

  it('with policies is told of them, and does not fail by them', async () => {
    const gateway = await startNow()
    const client = await startingSite(
      gateway,
      redirecting((row) => authorizeUrl(gateway, row)),
      {
        initiator: 'extension',
        allowed_networks: ['192.0.2.0/24'],
        scopes: ['openid'],
      },
    )
    const { code, findings } = await examined(settingsOf(gateway), '--client', client.client_id)
    expect([code, findings.find(({ check }) => check === 'policies')?.said]).toEqual([
      0,
      expect.stringMatching(/extension is linked.*; pages and devices are on 192\.0\.2\.0\/24; .* openid at most/),
    ])
  })

  it.each<[string, (gateway: TestGateway) => Promise<(client: () => ClientRow) => RequestListener>, RegExp, RegExp]>([
    [
      'shows a page',
      async () => () => (_, response) => response.end('<h1>Log in</h1>'),
      /answers 200 and does not redirect/,
      /--start-uri URI/,
    ],
    [
      'redirects navigations only',
      async (gateway) => (client) => async (request, response) =>
        request.headers['sec-fetch-mode'] === 'cors'
          ? response.writeHead(401).end()
          : response.writeHead(302, { location: await authorizeUrl(gateway, client()) }).end(),
      /answers 401 and does not redirect/,
      /also where that is no navigation/,
    ],
    [
      'goes to another provider',
      async () => redirecting(() => 'https://accounts.example/authorize?client_id=x'),
      /redirects to https:\/\/accounts\.example/,
      /the issuer http:\/\/localhost/,
    ],
    ['goes in circles', async () => redirecting(() => '/login'), /in circles/, /redirect to/],
    [
      'comes to another door',
      async (gateway) => redirecting(() => `${gateway.issuer}/sign-in`),
      /leads to \/sign-in of the gateway/,
      /\/authorize/,
    ],
    [
      'signs in to another client',
      async (gateway) => redirecting((client) => authorizeUrl(gateway, client, { client_id: 'old' })),
      /signs in to the client old/,
      /client_id/,
    ],
    [
      'sends a redirect_uri that is not registered',
      async (gateway) =>
        redirecting((client) => authorizeUrl(gateway, client, { redirect_uri: 'https://shop.example/cb/' })),
      /nearest that is: https:\/\/shop\.example\/cb \(the slash at the end differs\)/,
      /nod client update .* --redirect-uri 'https:\/\/shop\.example\/cb\/'/,
    ],
    [
      'leaves PKCE out',
      async (gateway) => redirecting((client) => authorizeUrl(gateway, client, { code_challenge: '' })),
      /refused: invalid_request: code_challenge is missing/,
      /settings of the site’s library/,
    ],
  ])('whose start URI %s', async (_, listener, said, mend) => {
    const gateway = await startNow()
    const client = await startingSite(gateway, await listener(gateway))
    const { code, faults } = await examined(settingsOf(gateway), '--client', client.client_id)
    expect([code, faults.length]).toEqual([1, 1])
    expect(faults[0]).toMatchObject({ said: expect.stringMatching(said), mend: expect.stringMatching(mend) })
  })

  it('whose site is down, or has no start URI at all', async () => {
    const gateway = await startNow()
    const origin = `http://localhost:${await freePort()}`
    const down = await site(gateway, { name: 'Down', origins: [origin], start_uri: `${origin}/login` })
    expect((await examined(settingsOf(gateway), '--client', 'Down')).faults[0]?.said).toMatch(
      /cannot be reached: ECONN/,
    )
    const { client_id } = await site(gateway, { origins: down.origins })
    expect((await examined(settingsOf(gateway), '--client', client_id)).faults[0]?.said).toMatch(/does not offer/)
  })

  it('whose site’s clock is off', async () => {
    const gateway = await startNow()
    const client = await startingSite(gateway, (row) => async (_, response) => {
      const date = new Date(Date.now() + 120_000).toUTCString()
      response.writeHead(302, { date, location: await authorizeUrl(gateway, row()) }).end()
    })
    const { faults } = await examined(settingsOf(gateway), '--client', client.client_id)
    expect(faults).toEqual([
      expect.objectContaining({ check: 'clock', said: expect.stringMatching(/seconds ahead of/) }),
    ])
  })

  it('whose values are tried: which was meant, and how to register it', async () => {
    const gateway = await startNow()
    const { client_id } = await site(gateway, { origins: ['https://shop.example'], start_uri: null })
    const tried = async (...args: string[]) =>
      (await examined(settingsOf(gateway), '--client', client_id, ...args)).findings
    const found = await tried('--try-redirect-uri', 'http://shop.example/cb', '--try-origin', 'https://shop.example/')
    expect(found).toContainEqual({
      check: 'redirect_uri',
      ok: false,
      said: expect.stringMatching(/https:\/\/shop\.example\/cb \(another scheme\)/),
      mend: expect.stringMatching(/cannot be registered, since it must be https/),
    })
    expect(found).toContainEqual(
      expect.objectContaining({ check: 'origin', ok: false, said: expect.stringMatching(/slash at the end/) }),
    )
    const good = await tried('--try-redirect-uri', 'https://shop.example/cb', '--try-origin', 'https://shop.example')
    expect(good.filter(({ check }) => check === 'redirect_uri' || check === 'origin').every(({ ok }) => ok)).toBe(true)
    expect(await tried('--try-origin', 'https://m.shop.example')).toContainEqual(
      expect.objectContaining({
        mend: expect.stringMatching(/nod client update .* --origin 'https:\/\/m\.shop\.example'/),
      }),
    )
  })

  it('whose keys cannot be had', async () => {
    const gateway = await startNow()
    const good = await serve((_, response) => response.end(JSON.stringify({ keys: [clientKeyPair().public_jwk] })))
    const bad = await serve((_, response) => response.writeHead(404).end())
    for (const [jwks_uri, ok] of [
      [good, true],
      [bad, false],
    ] as const) {
      const { client_id } = await site(gateway, { jwks_uri, origins: [] })
      const { findings } = await examined(settingsOf(gateway), '--client', client_id)
      expect(findings.find(({ check }) => check === 'keys')).toMatchObject({ ok })
    }
  })
})

it('the command line is told what is wrong with it', async () => {
  const err = vi.spyOn(console, 'error').mockImplementation(() => {})
  expect(await doctor(['--try-origin', 'https://shop.example'], {})).toBe(2)
  expect(await doctor(['--clinet', 'x'], {})).toBe(2)
  expect(err.mock.calls.join('\n')).toMatch(/say --client too[\s\S]*Unknown option/)
  vi.restoreAllMocks()
})
