/**
 * Answering what was taken (taking.ts). Here stands a rule that only the browser can keep: where a page of this browser
 * showed the code, it is still the very same page when the answer is yes.
 */
import * as v from 'valibot'
import * as approver from '../../shared/client/approver.ts'
import { bodyOf } from '../../shared/client/call.ts'
import { browser } from '../browser.ts'
import type { Problem, RequestInput } from '../messages.ts'
import { Refusal, toProblem } from '../problem.ts'
import { aged, type ClaimRef, type InboxItem, type Phase, read } from '../state.ts'
import { forgetAccount, needApprover } from './identity.ts'
import { settle, updateItems } from './inbox.ts'
import { inPhase, is, isOpen, without } from './inbox-items.ts'
import { isUnchanged } from './observed.ts'

/** Signs and sends one answer. How it went is kept with the claim, so it outlives the page that asked for it. */
export async function decide({ decision, number, report, ...ref }: RequestInput<'decide'>): Promise<void> {
  const item = await find(ref)
  if (!item || !isOpen(item)) throw new Refusal({ code: 'claim_not_found' })
  await setPhase(ref, { kind: 'sending' })
  try {
    await setPhase(ref, await send(item, decision, number, report))
  } catch (error) {
    await setPhase(ref, phaseAfter(toProblem(error), error))
    if (toProblem(error).code === 'unauthorized') await forgetAccount(ref.account_id, { code: 'device_not_found' })
  }
  await settle()
}

async function send(
  item: InboxItem,
  decision: 'approve' | 'deny',
  number: string | undefined,
  report: boolean | undefined,
): Promise<Phase> {
  const { observed } = item
  if (decision === 'approve' && observed && !(await isUnchanged(observed))) throw new Refusal({ code: 'tab_moved' })
  const { state } = await approver.decide(await needApprover(item.account_id), aged(item.claim, item.received_at), {
    decision,
    ...(number !== undefined && { number }),
    ...(report !== undefined && { report }),
    ...(observed && { observed_origin: observed.origin }),
  })
  return { kind: 'done', state: state === 'denied' ? 'denied' : 'approved' }
}

const ENDS = new Set(['claim_not_found', 'session_over', 'session_not_found', 'session_conflict'])
const AGAIN = new Set([
  'unreachable',
  'too_many_requests',
  'temporarily_unavailable',
  'server_error',
  'number_required',
  'passkey_required',
])

const Answered = v.object({
  state: v.picklist(['approved', 'redeemed', 'denied']),
  device_name: v.optional(v.pipe(v.string(), v.maxLength(100))),
})

function phaseAfter(problem: Problem, error: unknown): Phase {
  if (problem.code === 'number_mismatch') return { kind: 'done', state: 'denied', reason: 'number_mismatch' }
  if (problem.code === 'already_decided') {
    const answered = v.safeParse(Answered, bodyOf(error))
    if (!answered.success) return { kind: 'gone', why: 'unknown' }
    const { state, device_name: device } = answered.output
    const by = device === undefined ? {} : { device }
    return { kind: 'done', state: state === 'denied' ? 'denied' : 'approved', reason: 'elsewhere', ...by }
  }
  if (ENDS.has(problem.code)) return { kind: 'gone', why: 'unknown' }
  return { kind: 'failed', problem, retry: AGAIN.has(problem.code) }
}

/** "This was not me", of what another device of the account has just approved. */
export async function report(ref: ClaimRef): Promise<void> {
  const item = await find(ref)
  if (item?.phase.kind !== 'done') throw new Refusal({ code: 'claim_not_found' })
  const { phase } = item
  await setPhase(ref, { kind: 'sending' })
  try {
    await approver.report(await needApprover(ref.account_id), item.claim.session_id)
    await setPhase(ref, { kind: 'done', state: 'denied', reason: 'reported' })
  } catch (error) {
    await setPhase(ref, phase)
    throw error
  }
}

/**
 * The gateway's own page with this very claim, for what an extension page may not do: use a passkey of the gateway's. The
 * page that showed the code is looked at here and now, since that one cannot.
 */
export async function openCard(ref: ClaimRef): Promise<void> {
  const item = await find(ref)
  if (!item || !isOpen(item)) throw new Refusal({ code: 'claim_not_found' })
  const { issuer } = await needApprover(ref.account_id)
  if (item.observed && !(await isUnchanged(item.observed))) {
    return setPhase(ref, { kind: 'failed', problem: { code: 'tab_moved' }, retry: false })
  }
  await browser.tabs.create({ url: `${issuer}/q#${ref.claim_id}` })
}

/** Lets go of a claim without an answer: the page shows its code again. */
export async function release(ref: ClaimRef): Promise<void> {
  if (!(await find(ref))) return
  await approver.release(await needApprover(ref.account_id), ref.claim_id)
  await dismiss(ref)
}

export const dismiss = (ref: ClaimRef): Promise<void> => updateItems((items) => without(items, ref))

const find = async (ref: ClaimRef): Promise<InboxItem | undefined> => (await read('inbox')).items.find(is(ref))

const setPhase = (ref: ClaimRef, phase: Phase): Promise<void> => updateItems((items) => inPhase(items, ref, phase))
