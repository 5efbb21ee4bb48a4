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
import { type Observation, type Provenance, read, write } from '../state.ts'
import { approverAt, needApprover } from './identity.ts'
import { settle, updateItems, whileClaiming } from './inbox.ts'
import { add } from './inbox-items.ts'
import { observe, readPicture, readTab } from './observed.ts'
import { codeOfPage } from './pages.ts'

/** The code that a tab shows. Two different ones are never guessed between. */
export async function scanTab(tab_id: number, chosen: string): Promise<void> {
  const { codes, observed } = await readTab(tab_id)
  await take(oneOf(codes, 'no_code_in_tab'), chosen, { observed })
}

/** The code of a picture that the person points at, on whichever page: the same rules as for all that a tab shows. */
export async function scanPicture(tab_id: number, src: string, frame_id: number): Promise<void> {
  const { codes, observed } = await readPicture(tab_id, src, frame_id)
  await take(oneOf(codes, 'no_code_in_tab'), undefined, { observed })
}

/**
 * The code of the login page in this very browser's tab, without reading it off the screen: the background has it. The
 * tab is looked at all the same, so that what is said of its origin is the browser's word.
 */
export async function signInHere(tab_id: number, chosen: string): Promise<void> {
  const observed = await observe(tab_id)
  await take(await codeOfPage(tab_id, observed.origin), chosen, { observed })
}

/** What a camera saw, or a picture holds. */
export async function claimScanned(scanned: RequestInput<'claim_scanned'>): Promise<void> {
  const { texts, carried = false, account_id } = scanned
  await take(oneOf(texts, 'no_code_in_picture'), account_id, { carried })
}

/** Letters, which say no gateway and so are those of the chosen account's, or a link. */
export async function claimEntered(text: string, chosen: string): Promise<void> {
  const { issuer } = await needApprover(chosen)
  await take(entered(text, issuer), chosen, { carried: looksLikeLink(text) })
}

/** What a page of the gateway's own was opened with. Answers the claim's id. */
export const claimOpened = (issuer: string, ticket: string): Promise<string> =>
  take({ kind: 'ticket', issuer, ticket }, undefined, { carried: true })

/** For the account that its person has chosen, where that one is at the code's gateway, or else the default one there. */
async function take(link: ScannedLink, chosen: string | undefined, provenance: Provenance): Promise<string> {
  await write('taking', { link, account_id: chosen, provenance, began_at: Date.now() })
  // Not when the worker dies before: then it is there for the next one.
  const claim_id = await whileClaiming(claim(link, chosen, provenance).finally(() => write('taking', null)))
  await settle()
  return claim_id
}

/** Milliseconds after which a person who was left without an answer has long done something else. */
const INTERRUPTED_MS = 60_000

/**
 * After the worker's death in the middle of it. The gateway may have made the claim or not; asked once more, who has it gets
 * the same one, and what is known here of the page that showed the code is not lost.
 */
export async function resumeTaking(): Promise<void> {
  const taking = await read('taking')
  if (!taking) return
  await write('taking', null)
  if (Date.now() - taking.began_at > INTERRUPTED_MS) return
  // Whoever asked is gone, or has been told that it was interrupted; a code that is stale by now is simply not taken.
  await take(taking.link, taking.account_id, taking.provenance).catch(() => {})
}

async function claim(
  link: ScannedLink,
  chosen: string | undefined,
  { observed, carried }: Provenance,
): Promise<string> {
  const device = await approverAt(link.issuer, chosen)
  const code = link.kind === 'ticket' ? { ticket: link.ticket } : { user_code: link.user_code }
  const request: ClaimRequest = { ...code, ...(observed && { observed_origin: observed.origin }) }
  const taken = await approver.claim(device, request).catch((error) => {
    throw observed ? relayed(error, observed) : error
  })
  await updateItems((items) => add(items, device.account_id, taken, Date.now(), { observed, carried }))
  return taken.claim_id
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
