/**
 * One person's way through a sign-in against a gateway that may die at any moment: asks again where asking again is
 * right, with the same bytes, and gives up where it is not. Sometimes two claim, sometimes the page cancels meanwhile.
 */

import { hash } from '../../gateway/secrets.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import type { Device } from '../bench/device.ts'
import { acknowledged, type Exchange } from './history.ts'
import { ask, type Lab, REDIRECT_URI } from './lab.ts'
import { openPage, type Page, VERIFIER, type Way } from './page.ts'
import { pause } from './pause.ts'
import type { Random } from './random.ts'

/** How this sign-in goes. */
export interface Plan {
  grant: 'code' | 'device'
  way: Way
  rival: boolean
  answer: 'approve' | 'deny' | 'cancel'
  revoke: boolean
}

export const randomPlan = (random: Random): Plan => ({
  grant: random() < 0.3 ? 'device' : 'code',
  way: random() < 0.7 ? 'poll' : random() < 0.5 ? 'watch' : 'watch without socket',
  rival: random() < 0.25,
  answer: random() < 0.8 ? 'approve' : random() < 0.6 ? 'deny' : 'cancel',
  revoke: random() < 0.4,
})

/** Milliseconds in which something has to be told, or the person goes away. */
const PATIENCE = 60_000

/** Asks until there is an answer that says more than "not now". */
async function persist(asking: () => Promise<Exchange>): Promise<Exchange> {
  const start = performance.now()
  for (;;) {
    const exchange = await asking()
    const told = exchange.status !== null && exchange.status !== 503 && exchange.told.error !== 'slow_down'
    if (told || performance.now() - start > PATIENCE) return exchange
    await pause(exchange.told.error === 'slow_down' ? 1000 : 25)
  }
}

const json = (device: Device, body: object): RequestInit => ({
  method: 'POST',
  headers: device.headers,
  body: JSON.stringify(body),
})

/** Whether it came to its end; false: an answer was lost for good, or the page went away. */
export async function signIn(lab: Lab, client: string, plan: Plan): Promise<boolean> {
  const page = await openPage(lab, client, plan.grant, plan.way)
  if (page === null) return false
  const gone = setTimeout(() => page.close(), PATIENCE)
  try {
    const claimed = await claimed_by(lab, client, page, plan)
    if (claimed === null) return false
    const { claim, device } = claimed
    const decided = await decide(lab, client, page, device, claim, plan)
    if (decided === null || !acknowledged(decided)) return decided !== null
    if (plan.answer !== 'approve') return true
    const redeemed = await redeem(lab, client, page)
    return redeemed === null ? false : await afterwards(lab, client, page.session_id, device, redeemed, plan)
  } finally {
    clearTimeout(gone)
    page.close()
  }
}

async function claimed_by(lab: Lab, client: string, page: Page, { rival }: Plan) {
  const { session_id } = page
  const take = async (device: Device) => {
    const asking = { client, op: 'claim', session_id, asked: { sub: device.sub } } as const
    const exchange = await persist(async () =>
      ask(lab, asking, '/v1/claims', json(device, { ticket: await page.ticket() })),
    )
    return acknowledged(exchange) ? { claim: exchange.told as unknown as Claim, device } : null
  }
  const [first, second] = lab.approvers
  const taken = await Promise.all(rival ? [take(first), take(second)] : [take(first)])
  return taken.find((each) => each !== null) ?? null
}

async function decide(lab: Lab, client: string, page: Page, device: Device, claim: Claim, { answer }: Plan) {
  const { session_id } = page
  const view = claim.confirm === 'number' ? await page.sees(({ match_number }) => match_number !== undefined) : null
  if (claim.confirm === 'number' && view === null) return null
  const decision = await device.sign(claim, answer === 'deny' ? 'deny' : 'approve', view?.match_number)
  const deciding = persist(() =>
    ask(
      lab,
      { client, op: 'decide', session_id, asked: { hash: hash(decision), sub: device.sub } },
      `/v1/claims/${claim.claim_id}/decision`,
      json(device, { decision }),
    ),
  )
  if (answer === 'cancel') {
    const headers = { authorization: `Bearer ${page.poll_secret}` }
    await persist(() =>
      ask(lab, { client, op: 'cancel', session_id }, `/v1/sessions/${session_id}/cancel`, { method: 'POST', headers }),
    )
  }
  return deciding
}

/** Null: not told. A code is never sent twice, as the second time would end what the first has brought. */
async function redeem(lab: Lab, client: string, page: Page): Promise<Exchange | null> {
  const { session_id, device_code } = page
  const post = (grant: string, fields: Record<string, string>) =>
    ask(lab, { client, op: 'redeem', session_id, asked: { grant } }, '/token', {
      method: 'POST',
      body: new URLSearchParams(fields),
    })
  if (device_code !== null) {
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
    const exchange = await persist(() => post('device', { ...lab.television, grant_type, device_code }))
    return acknowledged(exchange) ? exchange : null
  }
  const view = await page.sees(({ redirect_to }) => redirect_to !== undefined)
  if (view === null) return null
  const code = new URL(view.redirect_to!).searchParams.get('code')!
  const exchange = await post('code', {
    ...{ ...lab.site, grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER },
  })
  return acknowledged(exchange) ? exchange : null
}

async function afterwards(
  lab: Lab,
  client: string,
  session_id: string,
  device: Device,
  { told }: Exchange,
  { revoke }: Plan,
): Promise<boolean> {
  const headers = { authorization: `Bearer ${told.access_token}` }
  const userinfo = () => persist(() => ask(lab, { client, op: 'userinfo', session_id }, '/userinfo', { headers }))
  await userinfo()
  if (!revoke) return true
  const path = `/v1/activity/${session_id}/revoke`
  await persist(() => ask(lab, { client, op: 'revoke', session_id }, path, { method: 'POST', headers: device.headers }))
  await userinfo()
  return true
}
