/**
 * Counted limits: how often something may be tried per minute and by whom. The one door to rate-limiter-flexible.
 * Counts live in memory: a restart forgives, and no request costs a write.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { NodError } from './error.ts'

/** points per duration (seconds). */
const RULES = {
  create_by_ip: { points: 20, duration: 60 },
  create_by_client: { points: 300, duration: 60 },
  push_by_client: { points: 300, duration: 60 },
  claim_by_account: { points: 10, duration: 60 },
  claim_by_ip: { points: 30, duration: 60 },
  decide_by_account: { points: 10, duration: 60 },
  socket_by_ip: { points: 100, duration: 60 },
  link_by_ip: { points: 20, duration: 60 },
  wrong_code_by_account: { points: 5, duration: 600 },
  wrong_code_by_ip: { points: 5, duration: 600 },
  wrong_code_by_all: { points: 30, duration: 60 },
  passkey_by_ip: { points: 30, duration: 60 },
  sign_up_by_ip: { points: 10, duration: 60 },
  password_by_account: { points: 10, duration: 60 },
  wrong_password: { points: 5, duration: 300 },
} as const

export type Rule = keyof typeof RULES

export interface Limits {
  /** Counts one try; throws NodError `too_many_requests` with Retry-After when there were too many. */
  take(rule: Rule, key: string): Promise<void>
  /** Throws as `take` does, but counts nothing: for limits on failures only. */
  check(rule: Rule, key: string): Promise<void>
  forget(rule: Rule, key: string): Promise<void>
}

export function createLimits(enabled: boolean): Limits {
  if (!enabled) return { take: async () => {}, check: async () => {}, forget: async () => {} }
  const limiters = Object.fromEntries(
    Object.entries(RULES).map(([rule, options]) => [rule, new RateLimiterMemory(options)]),
  ) as Record<Rule, RateLimiterMemory>
  const refuse = (wait_ms: number): never => {
    const retry_after = String(Math.max(1, Math.ceil(wait_ms / 1000)))
    throw new NodError('too_many_requests', { headers: { 'Retry-After': retry_after } })
  }
  return {
    async take(rule, key) {
      try {
        await limiters[rule].consume(key)
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        refuse(refused.msBeforeNext)
      }
    },
    async check(rule, key) {
      const count = await limiters[rule].get(key)
      if (count && count.consumedPoints >= RULES[rule].points) refuse(count.msBeforeNext)
    },
    async forget(rule, key) {
      await limiters[rule].delete(key)
    },
  }
}
