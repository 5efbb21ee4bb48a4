/**
 * Yes, no, never mind and too late, all at the same moment: sixteen clients answer one session around the second in which
 * it ends. One of them wins, and everybody is told the same (F16).
 */

import { join } from 'node:path'
import { hash } from '../../gateway/secrets.ts'
import { check, type Verdict } from './checker.ts'
import { readFiles } from './files.ts'
import { acknowledged } from './history.ts'
import { ask, type Lab, openLab } from './lab.ts'
import { openPage } from './page.ts'
import { pause } from './pause.ts'
import { type Random, seeded } from './random.ts'

export interface RaceReport extends Verdict {
  rounds: number
  /** How many sessions ended how. */
  outcomes: Record<string, number>
}

const APPROVALS = 6
const DENIALS = 6
const CANCELS = 4
/** Milliseconds around the end in which all of it is sent. */
const BEFORE = 150
const AFTER = 60

export async function race(rounds: number, { seed = 1, at_once = 40 } = {}): Promise<RaceReport> {
  await using lab = await openLab({
    settings: { NOD_SESSION_SECONDS: '1', NOD_CLAIM_SECONDS: '2', NOD_CODE_SECONDS: '2', NOD_DEVICE_SECONDS: '1' },
  })
  const random = seeded(seed)
  let left = rounds
  const runner = async (_: unknown, i: number): Promise<void> => {
    while (left-- > 0) await round(lab, `round ${left}.${i}`, random)
  }
  await Promise.all(Array.from({ length: Math.min(at_once, rounds) }, runner))
  // What was approved last has to run out too.
  await pause(3000)
  await lab.gateway.stop()
  const files = readFiles(join(lab.data, 'nod.db'))
  const outcomes: Record<string, number> = {}
  for (const { decision_state, state } of files.sessions.values()) {
    const outcome = decision_state ?? state
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  }
  const verdict = check(lab.history, files)
  return { rounds, outcomes, ...verdict, broken: verdict.broken.concat(twoWinners(lab)) }
}

async function round(lab: Lab, client: string, random: Random): Promise<void> {
  const page = await openPage(lab, client, 'device', 'poll')
  if (page === null) return
  const { session_id } = page
  const [approver] = lab.approvers
  const post = (body: object) => ({ method: 'POST', headers: approver.headers, body: JSON.stringify(body) })
  const asking = { client, op: 'claim', session_id, asked: { sub: approver.sub } } as const
  const claimed = await ask(lab, asking, '/v1/claims', post({ ticket: await page.ticket() }))
  if (acknowledged(claimed)) {
    const claim = claimed.told as never as Parameters<typeof approver.sign>[0]
    const at = async (send: () => Promise<unknown>) => {
      await pause(Math.max(0, claim.expires_at * 1000 - BEFORE + random() * (BEFORE + AFTER) - Date.now()))
      await send()
    }
    const decide = async (decision: 'approve' | 'deny', i: number) => {
      // The same yes from several windows, but signed in each for itself.
      const jws = `${await approver.sign(claim, decision, String(i))}`
      const deciding = { client, op: 'decide', session_id, asked: { hash: hash(jws), sub: approver.sub } } as const
      await at(() => ask(lab, deciding, `/v1/claims/${claim.claim_id}/decision`, post({ decision: jws })))
    }
    const headers = { authorization: `Bearer ${page.poll_secret}` }
    const cancel = () =>
      at(() =>
        ask(lab, { client, op: 'cancel', session_id }, `/v1/sessions/${session_id}/cancel`, {
          method: 'POST',
          headers,
        }),
      )
    await Promise.all([
      ...Array.from({ length: APPROVALS }, (_, i) => decide('approve', i)),
      ...Array.from({ length: DENIALS }, (_, i) => decide('deny', i)),
      ...Array.from({ length: CANCELS }, cancel),
    ])
    await page.sees(({ state }) => state !== 'pending' && state !== 'claimed')
  }
  page.close()
}

function twoWinners({ history }: Lab): string[] {
  return [...Map.groupBy(history.exchanges.filter(acknowledged), ({ session_id }) => session_id)]
    .filter(([, told]) => new Set(told.map(({ op }) => op).filter((op) => op === 'decide' || op === 'cancel')).size > 1)
    .map(([session_id]) => `I1 ${session_id} was both decided and canceled`)
}
