/**
 * The account's devices and the browsers it let in, for as long as a popup shows them: read when one asks, and again with
 * each news of the inbox. Takes nothing away but a browser's sign-in; the rest takes a person on the account's page.
 */
import { devicesOf, signInsOf, signOutBrowser } from '../../shared/client/account.ts'
import { toProblem } from '../problem.ts'
import { read, update, write } from '../state.ts'
import { loadApprover, needApprover } from './identity.ts'

/** The popup shows the newest; all of them are on the account's page. */
const MOST = 20

let reading: Promise<void> | null = null
let again = false

/** From now on there is an overview, and it is kept the same as the gateway's. */
export async function openOverview(): Promise<void> {
  await update('overview', (overview) => overview ?? { state: 'loading', devices: [], sign_ins: [], problem: null })
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
  const device = (await read('overview')) && (await loadApprover())
  if (!device) return
  try {
    const [devices, { items }] = await Promise.all([devicesOf(device), signInsOf(device, MOST)])
    await update('overview', (overview) => overview && { state: 'there', devices, sign_ins: items, problem: null })
  } catch (error) {
    const problem = toProblem(error)
    await update('overview', (overview) => overview && { ...overview, state: 'failed', problem })
  }
}

/** The inbox then has news, by which the list shows how that went. */
export async function signOut(session_id: string): Promise<void> {
  await signOutBrowser(await needApprover(), session_id)
}
