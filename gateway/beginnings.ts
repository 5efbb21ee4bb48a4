/**
 * How many sign-ins may be begun: by a network, and at a client. Anybody can begin one at any client, so its budget stops
 * only networks that take more than a person needs, and a backend that shows who it is has a budget of its own.
 */
import { networkOf } from './address.ts'
import type { Limits } from './limits.ts'

/** Sign-ins a minute that a network may begin at a client whatever others do there. */
const SHARE = 2

export interface Beginning {
  /** The address of the browser, or of who asks for it. */
  ip: string
  client_id: string
  /** `page`: anybody's. `backend`: the client has shown who it is. `counted`: as `backend`, when it pushed the request. */
  by: 'page' | 'backend' | 'counted'
}

/** Throws `too_many_requests`. */
export async function countBeginning(limits: Limits, { ip, client_id, by }: Beginning): Promise<void> {
  const times = await limits.take('create_by_ip', networkOf(ip))
  if (by === 'counted') return
  if (by === 'backend') return void (await limits.take('begin_by_backend', client_id))
  const counted = limits.take('create_by_client', client_id)
  await (times <= SHARE ? counted.catch(() => {}) : counted)
}
