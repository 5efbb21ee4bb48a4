/** Storage that is full (F04) or held by somebody else (F21): no is said in time, the process lives, and goes on after. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../gateway/store/database.ts'
import { smallDisk } from './disk.ts'
import { judge } from './kills.ts'
import { type Lab, openLab } from './lab.ts'
import { openPage } from './page.ts'
import { pause, until } from './pause.ts'
import { type Plan, signIn } from './sign-in.ts'

const PLAN: Plan = { grant: 'code', way: 'poll', rival: false, answer: 'approve', revoke: true }

const status = async (lab: Lab, path: string): Promise<number> => (await fetch(lab.issuer + path)).status

/** Tries to begin a sign-in: the answer, with how long it took. */
async function begin(lab: Lab): Promise<{ status: number; retry_after: string | null; ms: number }> {
  const start = performance.now()
  const answer = await fetch(`${lab.issuer}/device_authorization`, {
    method: 'POST',
    body: new URLSearchParams({ ...lab.television, scope: 'openid' }),
  })
  return { status: answer.status, retry_after: answer.headers.get('retry-after'), ms: performance.now() - start }
}

const disk = await smallDisk(8)
if (!disk) console.warn('F04 is skipped: no tmpfs can be mounted here (it takes root)')
await disk?.[Symbol.asyncDispose]()

describe.skipIf(!disk)('a gateway whose disk is full', () => {
  it('says 503 to writes, answers reads, lives, and recovers by itself (F04)', async () => {
    await using small = (await smallDisk(8))!
    await using lab = await openLab({ under: small.path })
    expect(await signIn(lab, 'before', PLAN)).toBe(true)
    const page = (await openPage(lab, 'waits', 'code', 'poll'))!
    const pid = lab.gateway.pid
    // Of the log and of the file there may be room left inside what they already take.
    small.fill()
    await until('no room', 20_000, async () => (await begin(lab)).status === 503)

    expect(await begin(lab)).toMatchObject({ status: 503, retry_after: expect.stringMatching(/^\d+$/) })
    expect(await status(lab, '/health')).toBe(200)
    expect(await status(lab, '/ready')).toBe(503)
    const headers = { authorization: `Bearer ${page.poll_secret}` }
    expect((await fetch(`${lab.issuer}/v1/sessions/${page.session_id}`, { headers })).status).toBe(200)

    const during = signIn(lab, 'during', PLAN)
    small.free()
    expect(await until('room again', 5000, async () => (await begin(lab)).status === 200)).toBeLessThan(5000)
    await during
    expect(await signIn(lab, 'after', PLAN)).toBe(true)
    expect(await status(lab, '/ready')).toBe(200)
    expect(lab.gateway.pid).toBe(pid)
    page.close()
    expect(await judge(lab)).toMatchObject({ lost: [], broken: [] })
  }, 120_000)
})

describe('a gateway whose database is held by somebody', () => {
  it('says 503 within two seconds, holds nothing else up, and goes on after (F21)', async () => {
    await using lab = await openLab()
    const page = (await openPage(lab, 'waits', 'code', 'poll'))!
    const other = openDatabase(join(lab.data, 'nod.db'), 'write')
    other.exec('BEGIN EXCLUSIVE')
    let held = true
    const slowest = { health: 0, read: 0 }
    const watched = (async () => {
      const headers = { authorization: `Bearer ${page.poll_secret}` }
      while (held) {
        const start = performance.now()
        expect(await status(lab, '/health')).toBe(200)
        slowest.health = Math.max(slowest.health, performance.now() - start)
        const read = await fetch(`${lab.issuer}/v1/sessions/${page.session_id}`, { headers })
        expect(read.status).toBe(200)
        slowest.read = Math.max(slowest.read, performance.now() - start)
        await pause(20)
      }
    })()
    // One after the other, so that some come while others already wait for the lock.
    const begun = []
    for (let i = 0; i < 12; i++) {
      begun.push(begin(lab))
      await pause(250)
    }
    const answers = await Promise.all(begun)
    held = false
    await watched
    other.exec('ROLLBACK')
    other.close()
    for (const { status, retry_after } of answers)
      expect({ status, retry_after }).toEqual({ status: 503, retry_after: '1' })
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(2000)
    // Far below the seconds for which the lock is waited for: the loop was never held up.
    expect(slowest.health).toBeLessThan(700)
    expect(slowest.read).toBeLessThan(900)
    await until('it goes on', 3000, async () => (await begin(lab)).status === 200)
    page.close()
  }, 120_000)
})
