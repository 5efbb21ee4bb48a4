/** Passwords: byte for byte, as many at once as there are cores, and never a hash for what is none (G64). */
import { performance } from 'node:perf_hooks'
import { describe, expect, it } from 'vitest'
import { createAccounts } from '../../gateway/accounts.ts'
import { createPasswords, isAllowedPassword, type Passwords } from '../../gateway/passwords.ts'
import { createSignIn } from '../../gateway/sign-in.ts'
import { PASSWORD, pageHeaders } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const FROM = { browser: 'Firefox 153', os: 'Linux', ip: '203.0.113.7' }

const post = (gateway: TestGateway, body: object) =>
  gateway.fetch('/v1/sign-in', { method: 'POST', headers: pageHeaders(gateway), body: JSON.stringify(body) })

/** Signing in with the real passwords, and how many hashes that has cost. */
function counted({ deps }: TestGateway) {
  const real = createPasswords()
  let hashed = 0
  const counting: Passwords = {
    ...real,
    matches: (...both) => {
      hashed += 1
      return real.matches(...both)
    },
  }
  return { signIn: createSignIn(deps, counting).signIn, hashed: () => hashed }
}

describe('a password', () => {
  it.each([
    ['eight bytes', '12345678'],
    ['two emoji', '😀😀'],
    ['eight blanks', ' '.repeat(8)],
    ['a NUL inside', 'abcd\u0000efgh'],
    ['1024 bytes', 'é'.repeat(512)],
  ])('may be %s', (_what, password) => expect(isAllowedPassword(password)).toBe(true))

  it.each([
    ['seven bytes', '1234567'],
    ['1025 bytes', 'x'.repeat(1025)],
    ['1026 bytes in 513 characters', 'é'.repeat(513)],
    ['half a character', 'abcdefgh\ud800'],
  ])('may not be %s', (_what, password) => expect(isAllowedPassword(password)).toBe(false))

  it('is kept as argon2id, 19 MiB, two passes, one lane', async () => {
    expect(await createPasswords().hash(PASSWORD)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  it('matches itself and nothing that only looks like it (G64)', async () => {
    const passwords = createPasswords()
    const pairs = [
      ['Ame\u0301lie-1815', 'Amélie-1815'],
      ['Amélie-1815', 'Ame\u0301lie-1815'],
      ['password ', 'password'],
      [' password', 'password'],
      ['Password', 'password'],
      ['12345678', '１２３４５６７８'],
      ['abcd\u0000efgh', 'abcd\u0000efgi'],
      [`${'x'.repeat(1023)}y`, `${'x'.repeat(1023)}z`],
    ] as const
    for (const [password, other] of pairs) {
      const kept = await passwords.hash(password)
      expect(await passwords.matches(kept, password)).toBe(true)
      expect(await passwords.matches(kept, other)).toBe(false)
    }
  })

  it('is compared with something also where there is nothing, and does not match it', async () => {
    expect(await createPasswords().matches(null, PASSWORD)).toBe(false)
  })

  it('waits in a short queue; who comes after that is told to come back', async () => {
    const passwords = createPasswords(1)
    const tries = await Promise.allSettled(Array.from({ length: 34 }, () => passwords.matches(null, PASSWORD)))
    expect(tries.filter(({ status }) => status === 'fulfilled').length).toBe(33)
    expect(tries.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'temporarily_unavailable' } })
    expect(await passwords.matches(null, PASSWORD)).toBe(false)
  })
})

describe('the queue', () => {
  /** Whether each was served. */
  const flood = async (passwords: Passwords, key: string, times: number, known = false): Promise<boolean[]> => {
    const tries = Array.from({ length: times }, () => passwords.matches(null, PASSWORD, { key, known }))
    return (await Promise.allSettled(tries)).map(({ status }) => status === 'fulfilled')
  }

  it('keeps nobody out because one network fills it: that one loses a place', async () => {
    const passwords = createPasswords(1)
    const served = await Promise.all([flood(passwords, 'stranger', 33), flood(passwords, 'other', 2)])
    expect(served).toEqual([
      [...Array(31).fill(true), false, false],
      [true, true],
    ])
  })

  it('has a place for a known device when as many networks as there are places wait', async () => {
    const passwords = createPasswords(1)
    const strangers = Array.from({ length: 33 }, (_, i) => flood(passwords, `network ${i}`, 1))
    const late = flood(passwords, 'late', 1)
    const device = flood(passwords, 'device', 1, true)
    expect([await late, await device]).toEqual([[false], [true]])
    expect((await Promise.all(strangers)).filter(([served]) => !served)).toHaveLength(1)
  })
})

describe('what is too long for a password', () => {
  it('is refused before any hash, whoever it is for (G64)', async () => {
    const gateway = await startTestGateway()
    await createAccounts(gateway.deps).add({ username: 'ada', password: PASSWORD })
    const { signIn, hashed } = counted(gateway)
    const attempt = (username: string, password: string) =>
      signIn({ username, password, from: FROM, earlier_token: null })
    for (const username of ['ada', 'nobody']) {
      for (const password of ['x'.repeat(1025), 'é'.repeat(513), 'abcdefgh\ud800']) {
        await expect(attempt(username, password)).rejects.toMatchObject({ code: 'invalid_request' })
      }
    }
    expect(hashed()).toBe(0)
    expect(await attempt('ada', PASSWORD)).toMatchObject({ ok: true })
    expect(hashed()).toBe(1)
  })

  it('gets the same clear answer for every name, fast (G64)', async () => {
    const gateway = await startTestGateway()
    await createAccounts(gateway.deps).add({ username: 'ada', password: PASSWORD })
    await post(gateway, { username: 'ada', password: PASSWORD })
    for (const username of ['ada', 'nobody']) {
      const answers = []
      for (const bytes of [1025, 4000, 10_000, 1_000_000]) {
        // The best of many: the machine may be busy, the gateway may not.
        let best = Number.POSITIVE_INFINITY
        for (let i = 0; i < 20 && best >= 50; i += 1) {
          const started = performance.now()
          const answer = await post(gateway, { username, password: 'x'.repeat(bytes) })
          best = Math.min(best, performance.now() - started)
          expect(answer.headers.get('set-cookie')).toBe(null)
          if (i === 0) answers.push(answer.status)
        }
        expect(best).toBeLessThan(50)
      }
      expect(answers).toEqual([400, 400, 400, 413])
    }
  })
})

it('a name that was guessed at too often costs no more hashes', async () => {
  const gateway = await startTestGateway({ NOD_LIMITS: 'on' })
  await createAccounts(gateway.deps).add({ username: 'ada', password: PASSWORD })
  const { signIn, hashed } = counted(gateway)
  const attempt = (password: string) => signIn({ username: 'ada', password, from: FROM, earlier_token: null })
  for (let i = 0; i < 5; i += 1) expect(await attempt('wrong password')).toMatchObject({ ok: false })
  for (const password of ['wrong password', PASSWORD]) {
    await expect(attempt(password)).rejects.toMatchObject({ code: 'too_many_requests' })
  }
  expect(hashed()).toBe(5)
})
