/**
 * node-oidc-provider's device flow: the site's device polls, its person opens `verification_uri_complete` in a browser
 * that is signed in, sees what is asked and says yes.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../demo/ports.ts'
import { type Answer, Connection, expectStatus, setCookies } from '../load/connection.ts'
import { Server } from '../servers/server.ts'
import { PENDING_POLLS, type SignsIn } from './contender.ts'

const FORM_BODY = 'Content-Type: application/x-www-form-urlencoded\r\n'
const BASIC = `Authorization: Basic ${Buffer.from('bench:only-for-measuring').toString('base64')}\r\n`
const GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

/** Steps of one person's browser until the page that says that it is done. */
const MOST_STEPS = 12

/** As much of a browser as its pages need: cookies, redirects, and forms that are sent as they stand. */
class Browser {
  readonly #http: Connection
  readonly #cookies = new Map<string, string>()

  constructor(port: number) {
    this.#http = new Connection(port)
  }

  async #send(method: string, url: string, body = ''): Promise<Answer> {
    const { pathname, search } = new URL(url, 'http://localhost')
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = `Accept: text/html\r\n${body && FORM_BODY}${cookie && `Cookie: ${cookie}\r\n`}`
    const answer = await this.#http.send(method, pathname + search, headers, body)
    for (const [name, value] of setCookies(answer)) {
      if (value === '') this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return answer
  }

  /** Opens it, and goes on through every redirect and form, until there is a page without a form. */
  async approve(url: string, login: string): Promise<void> {
    let answer = await this.#send('GET', url)
    for (let step = 0; step < MOST_STEPS; step++) {
      const location = /\r\nlocation: *(\S+)/i.exec(answer.head)?.[1]
      const action = /<form[^>]* action="([^"]+)"/.exec(answer.body)?.[1]
      if (location) answer = await this.#send('GET', location)
      else if (action) answer = await this.#send('POST', action, filled(answer.body, login))
      else if (answer.status === 200) return
      else throw new Error(`approving: ${answer.status} ${answer.body.slice(0, 300)}`)
    }
    throw new Error('approving led nowhere')
  }

  close(): void {
    this.#http.close()
  }
}

function filled(page: string, login: string): string {
  const form = new URLSearchParams()
  for (const [input] of page.matchAll(/<input[^>]*>/g)) {
    const name = / name="([^"]*)"/.exec(input)?.[1]
    const value = / value="([^"]*)"/.exec(input)?.[1]
    if (name && name !== 'abort') form.set(name, value ?? login)
  }
  if (page.includes('user_code') && page.includes('name="confirm"')) form.set('confirm', 'yes')
  if (page.includes('name="password"')) form.set('password', 'any')
  return form.toString()
}

export async function startOidcProvider(alg: 'ES256' | 'RS256', actors: number): Promise<SignsIn> {
  const folder = await mkdtemp(join(tmpdir(), 'nod-bench-'))
  const port = await freePort()
  const file = join(folder, 'provider.db')
  const server = await Server.start('../rivals/oidc-provider.mjs', port, { args: [`${port}`, file, alg] })
  const people = Array.from({ length: actors }, (_, i) => ({
    login: `bench-${i}`,
    device: new Connection(port),
    browser: new Browser(port),
  }))

  async function signIn(actor: number): Promise<void> {
    const { login, device, browser } = people[actor]!
    const post = (path: string, form: Record<string, string>): Promise<Answer> =>
      device.send('POST', path, FORM_BODY + BASIC, new URLSearchParams(form).toString())
    const asked = expectStatus(await post('/device/auth', { scope: 'openid profile' }), 200, '/device/auth')
    const { device_code, verification_uri_complete } = JSON.parse(asked.body) as Record<string, string>
    const poll = (): Promise<Answer> => post('/token', { grant_type: GRANT, device_code: device_code! })
    for (let i = 0; i < PENDING_POLLS; i++) {
      const { body } = expectStatus(await poll(), 400, 'a pending poll')
      if (!body.includes('authorization_pending')) throw new Error(body)
    }
    await browser.approve(verification_uri_complete!, login)
    if (!expectStatus(await poll(), 200, '/token').body.includes('"id_token"')) throw new Error('no id_token')
  }

  return {
    name: 'node-oidc-provider',
    server,
    signIn,
    async stop() {
      for (const { device, browser } of people) for (const one of [device, browser]) one.close()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
