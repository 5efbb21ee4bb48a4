/**
 * Wrong typed codes: a code is short, so they are counted by account, by network and in all (RFC 8628 §5.1). What others
 * got wrong in all stops only who got something wrong too: nobody can keep the rest of the world from typing theirs.
 */
import { networkOf } from './address.ts'
import type { Limits, Rule } from './limits.ts'

export interface Guesser {
  sub: string
  address: string
}

export function createCodeGuesses(limits: Limits) {
  const own = ({ sub, address }: Guesser): [Rule, string][] => [
    ['wrong_code_by_account', sub],
    ['wrong_code_by_ip', networkOf(address)],
  ]

  return {
    /** Throws `too_many_requests`. Asked before a code is looked at, and again before one is taken. */
    async allow(by: Guesser): Promise<void> {
      for (const counted of own(by)) await limits.check(...counted)
      const wrong = await Promise.all(own(by).map((counted) => limits.count(...counted)))
      if (wrong.some((times) => times > 0)) await limits.check('wrong_code_by_all', '')
    },

    async wrong(by: Guesser): Promise<void> {
      const all: [Rule, string][] = [...own(by), ['wrong_code_by_all', '']]
      await Promise.allSettled(all.map((counted) => limits.take(...counted)))
    },
  }
}
