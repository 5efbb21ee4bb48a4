/**
 * Counted limits: how often something may be tried per minute and by whom. The one door to rate-limiter-flexible.
 * Counts live in memory, which is bounded whoever asks from wherever: a restart forgives, and no request costs a write.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { NodError } from './error.ts'

/** points per duration (seconds). */
const RULES = {
  create_by_ip: { points: 20, duration: 60 },
  create_by_client: { points: 300, duration: 60 },
  begin_by_backend: { points: 300, duration: 60 },
  claim_by_account: { points: 10, duration: 60 },
  claim_by_ip: { points: 30, duration: 60 },
  decide_by_account: { points: 10, duration: 60 },
  link_by_ip: { points: 20, duration: 60 },
  wrong_code_by_account: { points: 5, duration: 600 },
  wrong_code_by_ip: { points: 5, duration: 600 },
  wrong_code_by_all: { points: 30, duration: 60 },
  passkey_by_ip: { points: 30, duration: 60 },
  sign_up_by_ip: { points: 10, duration: 60 },
  password_by_account: { points: 10, duration: 60 },
  wrong_password: { points: 5, duration: 300 },
} as const

/** Keys that a rule remembers. One more, and the one that was first counted longest ago is forgotten. */
export const MOST_KEYS = 50_000

export type Rule = keyof typeof RULES

export interface Limits {
  /** Counts one try; throws NodError `too_many_requests` with Retry-After when there were too many. Returns the count. */
  take(rule: Rule, key: string): Promise<number>
  /** Throws as `take` does, but counts nothing: for limits on failures only. */
  check(rule: Rule, key: string): Promise<void>
  /** How often it was counted within the rule's time. */
  count(rule: Rule, key: string): Promise<number>
  forget(rule: Rule, key: string): Promise<void>
}

export function createLimits(enabled: boolean): Limits {
  if (!enabled) return { take: async () => 0, check: async () => {}, count: async () => 0, forget: async () => {} }
  const limiters = Object.fromEntries(
    Object.entries(RULES).map(([rule, options]) => [rule, new RateLimiterMemory(options)]),
  ) as Record<Rule, RateLimiterMemory>
  const remember = Object.fromEntries(
    Object.entries(limiters).map(([rule, limiter]) => [rule, remembering(limiter)]),
  ) as Record<Rule, (key: string) => Promise<void>>
  const refuse = (wait_ms: number): never => {
    const retry_after = String(Math.max(1, Math.ceil(wait_ms / 1000)))
    throw new NodError('too_many_requests', { headers: { 'Retry-After': retry_after } })
  }
  return {
    async take(rule, key) {
      await remember[rule](key)
      try {
        return (await limiters[rule].consume(key)).consumedPoints
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        return refuse(refused.msBeforeNext)
      }
    },
    async check(rule, key) {
      const count = await limiters[rule].get(key)
      if (count && count.consumedPoints >= RULES[rule].points) refuse(count.msBeforeNext)
    },
    count: async (rule, key) => (await limiters[rule].get(key))?.consumedPoints ?? 0,
    async forget(rule, key) {
      await limiters[rule].delete(key)
    },
  }
}

/** Keeps the number of counted keys bounded: a client can have more networks than the gateway has memory. */
function remembering(limiter: RateLimiterMemory): (key: string) => Promise<void> {
  const since = new Map<string, number>()
  return async (key) => {
    const now = performance.now()
    const first = since.get(key)
    if (first !== undefined && now - first < limiter.duration * 1000) return
    since.delete(key)
    since.set(key, now)
    for (const [oldest, counted] of since) {
      const is_over = now - counted >= limiter.duration * 1000
      if (!is_over && since.size <= MOST_KEYS) break
      since.delete(oldest)
      if (!is_over) await limiter.delete(oldest)
    }
  }
}
