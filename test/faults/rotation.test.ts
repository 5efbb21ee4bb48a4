/** Keys that are changed while people sign in, by a command that is killed in the middle of it (F25). */
import { spawn } from 'node:child_process'
import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { all, openDatabase } from '../../gateway/store/database.ts'
import { acknowledged } from './history.ts'
import { judge } from './kills.ts'
import { type Lab, openLab } from './lab.ts'
import { type Plan, signIn } from './sign-in.ts'
import { cannotTrace } from './strace.ts'
import { SYNCS } from './syncs.ts'

const MAIN = resolve(import.meta.dirname, '../../dist/gateway/main.js')
const PLAN: Plan = { grant: 'code', way: 'poll', rival: false, answer: 'approve', revoke: false }

const skipped = cannotTrace()
if (skipped) console.warn(`F25 with a kill in the middle is skipped: ${skipped}`)

/** Whether it came to its end before the Nth fsync killed it. */
async function rotate(lab: Lab, n: number): Promise<boolean> {
  const killed = `inject=${SYNCS}:signal=SIGKILL:when=${n}`
  const command = ['-f', '-o', '/dev/null', '-e', killed, process.execPath, MAIN, 'key', 'rotate']
  const env = { PATH: process.env.PATH, NOD_ISSUER: lab.issuer, NOD_DATA: lab.data }
  const [code] = await once(spawn('strace', command, { env, stdio: 'ignore' }), 'exit')
  return code === 0
}

function signedBy(keys: readonly (JsonWebKey & { kid: string })[], jwt: string): boolean {
  const [head = '', body = '', signature = ''] = jwt.split('.')
  const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string }
  const jwk = keys.find((key) => key.kid === kid)
  if (!jwk) return false
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  return verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))
}

it.skipIf(skipped)(
  'always sign what a site can check with the keys it already had, killed at each step (F25)',
  async () => {
    await using lab = await openLab()
    // A copy from before, as a site may keep it for minutes: a rotation must not need a newer one.
    const { keys } = await (await fetch(`${lab.issuer}/jwks`)).json()
    let over = false
    const busy = Array.from({ length: 3 }, async (_, i) => {
      while (!over) await signIn(lab, `client ${i}`, PLAN)
    })
    let steps = 0
    while (!(await rotate(lab, steps + 1))) {
      steps += 1
      if (steps % 2 === 0) continue
      await lab.gateway.stop('SIGKILL')
      await lab.gateway.start()
    }
    over = true
    await Promise.all(busy)
    expect(steps).toBeGreaterThanOrEqual(1)
    const id_tokens = lab.history.exchanges
      .filter((exchange) => exchange.op === 'redeem' && acknowledged(exchange))
      .map(({ told }) => String(told.id_token))
    expect(id_tokens.length).toBeGreaterThan(5)
    expect(id_tokens.filter((id_token) => !signedBy(keys, id_token))).toEqual([])
    expect(await judge(lab)).toMatchObject({ lost: [], broken: [] })

    // One key after the other, with no gap and no two at a time.
    const db = openDatabase(join(lab.data, 'nod.db'), 'write')
    for (const alg of ['RS256', 'ES256']) {
      const rows = all(db, 'SELECT signs_from, signs_until FROM signing_keys WHERE alg = @alg ORDER BY signs_from', {
        alg,
      })
      expect(rows.length).toBeGreaterThanOrEqual(2)
      expect(rows.slice(0, -1).map((row) => row.signs_until)).toEqual(rows.slice(1).map((row) => row.signs_from))
      expect(rows.at(-1)!.signs_until).toBe(null)
    }
    db.close()
  },
  180_000,
)
