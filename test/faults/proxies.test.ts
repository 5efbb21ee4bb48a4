/** Pages behind proxies that do not pass WebSocket on (F10), and on a line that goes dead without a word (F12). */
import { describe, it } from 'vitest'
import { type Lab, openLab } from './lab.ts'
import { openPage, type Page } from './page.ts'
import { until } from './pause.ts'
import { type Between, type Habit, openProxy } from './proxy.ts'

const HABITS: readonly Habit[] = [
  ...(['is fair', 'strips Upgrade', 'answers 400', 'answers 426', 'answers 502', 'answers 504', 'hangs'] as const),
  ...(['buffers', 'cuts', 'gives up on what is held'] as const),
]

/** Milliseconds beyond what is promised, for a machine that has much else to do. */
const SLACK = 3000

const pageBehind = async (lab: Lab, proxy: Between): Promise<Page> =>
  (await openPage({ ...lab, issuer: proxy.url }, proxy.url, 'code', 'watch'))!

/** The whole way of the other side, which is not behind the proxy. */
async function approve(lab: Lab, page: Page): Promise<void> {
  const [approver] = lab.approvers
  const claim = await approver.claim({ ticket: await page.ticket() })
  const view = await page.sees(({ match_number }) => match_number !== undefined)
  await approver.approve(claim, view!.match_number)
}

async function isToldWithin(page: Page, ms: number): Promise<void> {
  let told = false
  void page
    .sees(({ redirect_to }) => redirect_to !== undefined)
    .then((view) => {
      told = view !== null
    })
  await until('the page is told', ms, () => told)
}

// Together, since what they do most is wait.
describe.concurrent('a page', () => {
  it('behind a proxy that does not let it wait as it likes still waits within five seconds, and is told (F10)', async () => {
    await using lab = await openLab()
    await Promise.all(
      HABITS.map(async (habit) => {
        await using proxy = await openProxy(lab.port, habit)
        const page = await pageBehind(lab, proxy)
        await until(`it waits where the proxy ${habit}`, 5000 + SLACK, () => page.live())
        await approve(lab, page)
        await isToldWithin(page, 5000 + SLACK)
        page.close()
      }),
    )
  }, 120_000)

  it('whose line goes dead notices within 45 s, and has its code within 60 s of its healing (F12)', async () => {
    await using lab = await openLab()
    const [approver] = lab.approvers
    await Promise.all(
      (['watch', 'watch without socket'] as const).map(async (way) => {
        await using proxy = await openProxy(lab.port, 'is fair')
        const page = (await openPage({ ...lab, issuer: proxy.url }, way, 'code', way))!
        await until('it waits', 10_000, () => page.live())
        const claim = await approver.claim({ ticket: await page.ticket() })
        const { match_number } = (await page.sees((view) => view.match_number !== undefined))!
        proxy.deafen(true)
        await until('it notices', 45_000, () => !page.live())
        await approver.approve(claim, match_number)
        proxy.deafen(false)
        await isToldWithin(page, 60_000)
        page.close()
      }),
    )
  }, 180_000)
})
