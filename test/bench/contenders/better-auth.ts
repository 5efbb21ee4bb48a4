/** better-auth's device authorization: the device polls, its person's browser looks the code up and approves it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../demo/ports.ts'
import { type Answer, Connection, expectStatus, setCookies } from '../load/connection.ts'
import { Server } from '../servers/server.ts'
import { PENDING_POLLS, type SignsIn } from './contender.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

export async function startBetterAuth(actors: number): Promise<SignsIn> {
  const folder = await mkdtemp(join(tmpdir(), 'nod-bench-'))
  const port = await freePort()
  const file = join(folder, 'better-auth.db')
  const server = await Server.start('../rivals/better-auth.mjs', port, {
    args: [`${port}`, file],
    ready: '/api/auth/ok',
  })
  const headers = `Content-Type: application/json\r\nOrigin: http://localhost:${port}\r\n`

  async function enrol(i: number) {
    const browser = new Connection(port)
    const body = JSON.stringify({ name: 'Bench', email: `bench-${i}@bench.example`, password: 'only for measuring' })
    const signedUp = expectStatus(await browser.send('POST', '/api/auth/sign-up/email', headers, body), 200, 'sign-up')
    const cookie = [...setCookies(signedUp)].map(([name, value]) => `${name}=${value}`).join('; ')
    return { browser, cookie: `Cookie: ${cookie}\r\n`, device: new Connection(port) }
  }
  const people = await Promise.all(Array.from({ length: actors }, (_, i) => enrol(i)))

  async function signIn(actor: number): Promise<void> {
    const { browser, cookie, device } = people[actor]!
    const post = (path: string, body: object): Promise<Answer> =>
      device.send('POST', `/api/auth${path}`, headers, JSON.stringify(body))
    const asked = expectStatus(await post('/device/code', { client_id: 'bench', scope: 'openid profile' }), 200, 'code')
    const { device_code, user_code } = JSON.parse(asked.body) as Record<string, string>
    const poll = (): Promise<Answer> => post('/device/token', { grant_type: GRANT, device_code, client_id: 'bench' })
    for (let i = 0; i < PENDING_POLLS; i++) {
      const { body } = expectStatus(await poll(), 400, 'a pending poll')
      if (!body.includes('authorization_pending')) throw new Error(body)
    }
    const looked = await browser.send('GET', `/api/auth/device?user_code=${user_code}`, cookie)
    expectStatus(looked, 200, 'looking the code up')
    const approval = JSON.stringify({ userCode: user_code })
    expectStatus(await browser.send('POST', '/api/auth/device/approve', headers + cookie, approval), 200, 'approve')
    if (!expectStatus(await poll(), 200, 'token').body.includes('"access_token"')) throw new Error('no access_token')
  }

  return {
    name: 'better-auth',
    server,
    signIn,
    async stop() {
      for (const { browser, device } of people) for (const http of [browser, device]) http.close()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
