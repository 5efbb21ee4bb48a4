/**
 * Taking a code, by each of the ways in which one comes. Here stands the rule that only the browser can keep: whose page
 * showed the code. Every way ends in the same claim, made because a person asked for it, and decides nothing.
 */
import * as v from 'valibot'
import * as approver from '../../shared/client/approver.ts'
import { bodyOf } from '../../shared/client/call.ts'
import type { ClaimRequest } from '../../shared/protocol/messages.ts'
import type { ScannedLink } from '../../shared/protocol/ticket.ts'
import type { RequestInput } from '../messages.ts'
import { Refusal, toProblem } from '../problem.ts'
import { entered, looksLikeLink, oneOf } from '../scanned.ts'
import type { Observation, Provenance } from '../state.ts'
import { needApprover } from './identity.ts'
import { attend, updateItems, whileClaiming } from './inbox.ts'
import { add } from './inbox-items.ts'
import { observe, readTab } from './observed.ts'
import { codeOfPage } from './pages.ts'

/** The code that a tab shows. Two different ones are never guessed between. */
export async function scanTab(tab_id: number): Promise<void> {
  const { codes, observed } = await readTab(tab_id)
  await take(oneOf(codes, 'no_code_in_tab'), { observed })
}

/**
 * The code of the login page in this very browser's tab, without reading it off the screen: the background has it. The
 * tab is looked at all the same, so that what is said of its origin is the browser's word.
 */
export async function signInHere(tab_id: number): Promise<void> {
  const observed = await observe(tab_id)
  await take(await codeOfPage(tab_id, observed.origin), { observed })
}

/** What a camera saw, or a picture holds. */
export async function claimScanned({ texts, carried = false }: RequestInput<'claim_scanned'>): Promise<void> {
  await take(oneOf(texts, 'no_code_in_picture'), { carried })
}

/** Letters or a link. */
export async function claimEntered(text: string): Promise<void> {
  const { issuer } = await needApprover()
  await take(entered(text, issuer), { carried: looksLikeLink(text) })
}

async function take(link: ScannedLink, provenance: Provenance): Promise<void> {
  await whileClaiming(claim(link, provenance))
  await attend()
}

async function claim(link: ScannedLink, { observed, carried }: Provenance): Promise<void> {
  const device = await needApprover()
  if (link.issuer !== device.issuer) {
    throw new Refusal({ code: 'other_gateway', values: { theirs: link.issuer, ours: device.issuer } })
  }
  const code = link.kind === 'ticket' ? { ticket: link.ticket } : { user_code: link.user_code }
  const request: ClaimRequest = { ...code, ...(observed && { observed_origin: observed.origin }) }
  const taken = await approver.claim(device, request).catch((error) => {
    throw observed ? relayed(error, observed) : error
  })
  await updateItems((items) => add(items, taken, Date.now(), { observed, carried }))
}

const origin = v.pipe(v.string(), v.maxLength(300))
const Relayed = v.object({ client_origin: origin, resembles: v.optional(origin) })

/** The gateway's refusal of a code on a foreign page, with both origins, as far as the gateway names the other. */
function relayed(error: unknown, observed: Observation): unknown {
  const problem = toProblem(error)
  if (problem.code !== 'origin_mismatch') return error
  const body = v.safeParse(Relayed, bodyOf(error))
  const site = body.success && {
    site: body.output.client_origin,
    ...(body.output.resembles !== undefined && { resembles: body.output.resembles }),
  }
  return new Refusal({ ...problem, values: { here: observed.origin, ...site } })
}
