/**
 * One account's devices and the browsers it let in, for as long as a popup shows them: read when one asks, and again with
 * each news of the inbox. Takes nothing away but a browser's sign-in; the rest takes a person on the account's page.
 */
import { devicesOf, signInsOf, signOutBrowser } from '../../shared/client/account.ts'
import { toProblem } from '../problem.ts'
import { type Overview, read, update, write } from '../state.ts'
import { loadApprover, needApprover } from './identity.ts'

/** The popup shows the newest; all of them are on the account's page. */
const MOST = 20

let reading: Promise<void> | null = null
let again = false

/** From now on there is an overview, and it is kept the same as the gateway's. */
export async function openOverview(account_id: string): Promise<void> {
  const empty: Overview = { account_id, state: 'loading', devices: [], sign_ins: [], problem: null }
  await update('overview', (overview) => (overview?.account_id === account_id ? overview : empty))
  await refreshOverview()
}

/** Nobody looks any more. */
export const closeOverview = (): Promise<unknown> => write('overview', null)

/** Does nothing where nobody asked for one. News that come while it is being read are read once more. */
export async function refreshOverview(): Promise<void> {
  again = reading !== null
  reading ??= readAnew().finally(() => {
    reading = null
  })
  await reading
  if (again) await refreshOverview()
}

async function readAnew(): Promise<void> {
  const account_id = (await read('overview'))?.account_id
  const device = account_id === undefined ? null : await loadApprover(account_id)
  if (!device) return
  const keep = (found: Partial<Overview>) =>
    update('overview', (now) => (now && now.account_id === account_id ? { ...now, ...found } : now))
  try {
    const [devices, { items }] = await Promise.all([devicesOf(device), signInsOf(device, MOST)])
    await keep({ state: 'there', devices, sign_ins: items, problem: null })
  } catch (error) {
    await keep({ state: 'failed', problem: toProblem(error) })
  }
}

/** The inbox then has news, by which the list shows how that went. */
export async function signOut(account_id: string, session_id: string): Promise<void> {
  await signOutBrowser(await needApprover(account_id), session_id)
}
