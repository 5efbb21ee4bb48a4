/** The lines that `nod client add` prints for each library: filled in, and where the library is at hand, run. */
import { spawn } from 'node:child_process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createClients, type Registration } from '../../gateway/clients.ts'
import { findSnippet, SNIPPET_NAMES, snippetsFor } from '../../gateway/commands/snippets/all-snippets.ts'
import { BLANK } from '../../gateway/registration.ts'
import type { ClientRow } from '../../gateway/store/rows.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import { throughTheBrowser } from './browser.ts'
import { person, site } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const REGISTRATION: Registration = { ...BLANK, name: 'Shop', redirect_uris: ['https://shop.example/cb?x=1'] }

async function printed(gateway: TestGateway, name: string, change: Partial<Registration> = {}, with_secret = true) {
  const registered = await createClients(gateway.deps).add({ ...REGISTRATION, ...change }, with_secret)
  return { ...registered, lines: findSnippet(name)!.write({ issuer: gateway.issuer, ...registered }) }
}

/** A shell that was given these lines; what it says, and a way to type into it. */
function shell(lines: string) {
  const child = spawn('sh', ['-eu', '-c', lines])
  onTestFinished(() => void child.kill('SIGKILL'))
  let out = ''
  child.stdout.on('data', (data) => (out += data))
  child.stderr.on('data', (data) => (out += data))
  const ended = new Promise<number | null>((done) => child.once('close', done))
  return { said: () => out, ended, type: (text: string) => child.stdin.write(`${text}\n`) }
}

describe('the lines for curl', () => {
  it.each([
    ['a client with a secret', true],
    ['a public client', false],
  ])('sign a person in by hand: %s', async (_, with_secret) => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const { lines } = await printed(gateway, 'curl', {}, with_secret)
    const { said, ended, type } = shell(lines)
    await expect.poll(said).toMatch(/code_challenge_method=S256\n/)
    const back = await throughTheBrowser(gateway, new URL(said().trim()), ada)
    type(back.searchParams.get('code')!)
    expect(await ended).toBe(0)
    expect(said()).toContain('"token_type":"Bearer"')
    expect(JSON.parse(said().slice(said().lastIndexOf('{')))).toMatchObject({ sub: ada.sub })
  })

  it('sign a device in, for a client without a page', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const change = { redirect_uris: [], device_grant: true, confirm: 'tap' } as const
    const { said, ended } = shell((await printed(gateway, 'curl', { ...change, redirect_uris: [] }, false)).lines)
    await expect.poll(said).toMatch(/\/code#[A-Z-]{9}\n/)
    const user_code = said().trim().split('#')[1]
    const claim = (await (await ada.claim({ user_code })).json()) as Claim
    await ada.send(claim.claim_id, await ada.sign(claim, 'approve'))
    expect(await ended).toBe(0)
    expect(JSON.parse(said().slice(said().lastIndexOf('{')))).toMatchObject({ sub: ada.sub })
  })
})

describe('the lines for a client that must push its requests', () => {
  it('sign a person in by curl', async () => {
    const gateway = await startTestGateway()
    const ada = await person(gateway)
    const { said, ended, type } = shell((await printed(gateway, 'curl', { initiator: 'backend' })).lines)
    await expect.poll(said, { timeout: 15_000 }).toMatch(/request_uri=urn:ietf:params:oauth:request_uri:[\w-]{43}\n/)
    const back = await throughTheBrowser(gateway, new URL(said().trim()), ada)
    type(back.searchParams.get('code')!)
    expect(await ended).toBe(0)
    expect(JSON.parse(said().slice(said().lastIndexOf('{')))).toMatchObject({ sub: ada.sub })
  })

  it('are there for the libraries that can', async () => {
    const gateway = await startTestGateway()
    const { client, lines } = await printed(gateway, 'openid-client', { initiator: 'backend' })
    expect(snippetsFor(client)).toEqual(['openid-client', 'curl'])
    expect(lines).toContain('await oidc.buildAuthorizationUrlWithPAR(nod, {')
  })

  it('ask for no more than the client may have', async () => {
    const gateway = await startTestGateway()
    for (const name of SNIPPET_NAMES) {
      const { lines } = await printed(gateway, name, { scopes: ['openid'] })
      expect([name, lines]).toEqual([name, expect.not.stringMatching(/profile|preferred_username/)])
    }
  })
})

describe('every snippet', () => {
  it('has the real values in it', async () => {
    const gateway = await startTestGateway()
    for (const name of SNIPPET_NAMES) {
      const { client, client_secret, lines } = await printed(gateway, name)
      const told = [lines.includes(gateway.issuer), lines.includes(client.client_id), lines.includes(client_secret!)]
      expect([name, ...told]).toEqual([name, true, true, true])
      // Auth.js makes its own address, and says so.
      const address = name === 'auth.js' ? '--redirect-uri https://shop.example/api/auth/callback/nod' : 'shop.example'
      expect([name, lines]).toEqual([name, expect.stringContaining(address)])
      expect([name, lines]).toEqual([name, expect.stringMatching(/pkce|code_challenge/i)])
    }
  })

  it('says how the id_token is signed where that is not the usual way', async () => {
    const gateway = await startTestGateway()
    for (const name of SNIPPET_NAMES.filter((one) => one !== 'curl')) {
      const { lines } = await printed(gateway, name, { id_token_signed_response_alg: 'ES256' })
      expect([name, lines]).toEqual([name, expect.stringContaining('ES256')])
      expect((await printed(gateway, name)).lines).not.toContain('ES256')
    }
  })

  it('asks for no secret where there is none, and for offline access where the client has it', async () => {
    const gateway = await startTestGateway()
    for (const name of SNIPPET_NAMES) {
      const { lines } = await printed(gateway, name, { offline_access: true }, false)
      // Auth.js has one of its own, for its cookies.
      expect([name, lines.replaceAll('AUTH_SECRET', '')]).toEqual([name, expect.not.stringMatching(/secret/i)])
      expect([name, lines]).toEqual([name, expect.stringContaining('offline_access')])
    }
  })

  it('for Apache lets the extension start a sign-in without leaving the page', async () => {
    const gateway = await startTestGateway()
    const change = { origins: ['https://shop.example'], start_uri: 'https://shop.example/login/nod' }
    expect((await printed(gateway, 'mod_auth_openidc', change)).lines).toMatch(
      /<Location "\/login\/nod">\n {2}OIDCUnAuthAction auth true/,
    )
    expect((await printed(gateway, 'mod_auth_openidc')).lines).not.toContain('OIDCUnAuthAction')
  })

  it('quotes what a registration may have in it', async () => {
    const gateway = await startTestGateway()
    const uri = "https://shop.example/it's/$(id)/`id`"
    const { lines } = await printed(gateway, 'curl', { redirect_uris: [uri] })
    expect(lines).toContain(`'redirect_uri=https://shop.example/it'\\''s/$(id)/\`id\`'`)
    expect((await printed(gateway, 'openid-client', { redirect_uris: [uri] })).lines).toContain(
      "'https://shop.example/it\\'s/$(id)/`id`'",
    )
  })
})

it('each client is offered the snippets it can use', async () => {
  const gateway = await startTestGateway()
  const offered = async (change: Partial<ClientRow>) => snippetsFor(await site(gateway, change))
  expect(await offered({})).toEqual(SNIPPET_NAMES)
  expect(await offered({ redirect_uris: [], device_grant: true })).toEqual(['curl'])
  expect(await offered({ jwks_uri: 'https://shop.example/jwks' })).toEqual(['openid-client'])
  expect([findSnippet('AuthJS'), findSnippet('Spring Security'), findSnippet('mod-auth-openidc')]).not.toContain(null)
  expect(findSnippet('cobol')).toBeNull()
})
