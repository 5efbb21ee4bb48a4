/** Whether somebody is told that they have let such a browser in before. */
import { expect, it } from 'vitest'
import { decide, person, site, waitingPage } from './people.ts'
import { startTestGateway } from './support.ts'

const DAY = 86_400
/** How Node's fetch is shown, whose User-Agent names no browser. */
const UNNAMED = ['Unknown', 'Unknown'] as const

it('a page is known to who has approved one of its kind within 400 days, and to nobody else', async () => {
  const gateway = await startTestGateway()
  const client = await site(gateway)
  const [ada, eve] = [await person(gateway), await person(gateway)]
  const decided = async (by: typeof ada, decision: 'approve' | 'deny'): Promise<boolean> => {
    const { claim } = await decide(by, await waitingPage(gateway, client), decision)
    return claim.request.known_page
  }
  expect(await decided(ada, 'deny')).toBe(false)
  expect(await decided(ada, 'approve'), 'after it was denied').toBe(false)
  expect(await decided(ada, 'deny')).toBe(true)
  expect(await decided(eve, 'deny'), 'to somebody else').toBe(false)

  gateway.clock.advance(2 * DAY)
  expect(await decided(ada, 'approve')).toBe(true)
  const isKnown = async (): Promise<boolean> => {
    // What is old goes with every fourth sweep.
    for (let turn = 0; turn < 4; turn++) await gateway.sweep()
    return gateway.deps.store.knowsPage(ada.sub, ...UNNAMED)
  }
  gateway.clock.advance(399 * DAY)
  expect(await isKnown(), 'seen again meanwhile').toBe(true)
  gateway.clock.advance(2 * DAY)
  expect(await isKnown(), 'after 401 days').toBe(false)
})
