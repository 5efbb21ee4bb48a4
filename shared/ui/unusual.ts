/**
 * What is unusual about a request, in one place: which signs there are, and when they are reason enough to ask twice. A
 * warning that always shows is no warning, so what is everyday for many people counts only together with something else.
 */
import { mixesScripts } from '../protocol/look-alike.ts'
import type { RequestContext } from '../protocol/messages.ts'
import { siteName } from './site-name.ts'

/**
 * Reason enough by themselves: an honest request has none of these. What a site asks to learn is not among the signs: it
 * is the same for each of its requests, so it says nothing about this one; the card's own row says it.
 */
const ALONE = ['look_alike', 'mixed_scripts', 'insecure', 'other_country'] as const

/** Everyday, each for somebody: a phone on its own network, a new browser, a television, a page left open. */
const TOGETHER = ['no_page', 'foreign_letters', 'other_network', 'new_browser', 'carried', 'old'] as const

const TOGETHER_ENOUGH = 2

/** Seconds: who opens a sign-in page means to sign in, and does it within these; a code that is sent to somebody takes longer. */
const OLD_SECONDS = 120

export type Sign = (typeof ALONE)[number] | (typeof TOGETHER)[number]

/** `now` in the gateway's epoch seconds; `carried`: the code came as a link or a picture, which can be sent around. */
export function signsOf(request: RequestContext, now: number, carried = false): Sign[] {
  const { client, origin } = request
  const address = origin !== null && client.origins.includes(origin) ? origin : client.origins[0]
  const name = address === undefined || origin === null ? null : siteName(address)
  const mixed = address !== undefined && mixesScripts(address)
  const found: Record<Sign, boolean> = {
    look_alike: request.resembles !== undefined,
    mixed_scripts: mixed,
    insecure: name?.insecure === true,
    other_country: request.same_country === false,
    no_page: origin === null,
    foreign_letters: name?.foreign_letters === true && !mixed,
    other_network: !request.same_network,
    new_browser: !request.known_page,
    carried,
    old: now - request.started_at > OLD_SECONDS,
  }
  return [...ALONE, ...TOGETHER].filter((sign) => found[sign])
}

/** Whether approving takes one deliberate step more. */
export const isUnusual = (signs: readonly Sign[]): boolean =>
  signs.some((sign) => (ALONE as readonly Sign[]).includes(sign)) || signs.length >= TOGETHER_ENOUGH
