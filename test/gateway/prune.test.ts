/** What nobody can ask for any more goes away: in small steps, and as fast as it comes. */
import { expect, it } from 'vitest'
import { startTestGateway } from './support.ts'

const DAY = 86_400

it('the record of an account ends after 400 days, and nothing younger with it', async () => {
  const { deps, clock, sweep } = await startTestGateway()
  const { store } = deps
  const record = (count: number, days_ago: number) =>
    Promise.all(
      Array.from({ length: count }, () =>
        store.insertAudit({
          at: clock.now() - days_ago * DAY,
          type: 'approved',
          sub: 'ada',
          session_id: `${days_ago}`,
        }),
      ),
    )
  await record(1200, 401)
  await record(3, 399)
  // Three steps of 500: while there is more to do, none of its turns is left out.
  for (let step = 0; step < 3; step++) await sweep()
  expect(await store.hasApproved('ada', '401')).toBe(false)
  expect(await store.hasApproved('ada', '399')).toBe(true)
})
