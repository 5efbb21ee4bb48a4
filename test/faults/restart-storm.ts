/**
 * Many pages wait, half of them by WebSocket; some are answered, and at that moment the gateway is killed. Started again,
 * it has to be found by all of them, without reload, and to tell what was decided before the crash (F07).
 */
import { openLab } from './lab.ts'
import { openPage, type Page } from './page.ts'
import { pause, until } from './pause.ts'

export interface StormReport {
  pages: number
  recovered: number
  /** Approvals acknowledged right before the kill, and the pages that were told afterwards. */
  approved: number
  told: number
  /** Milliseconds from the gateway being ready until each page had heard of it, in order. */
  delays: number[]
}

const AT_ONCE = 20
/** Milliseconds until every page waits, and in which all have to be back. */
const GATHERED = 60_000
const PATIENCE = 60_000

export async function storm({ pages: count, approvals }: { pages: number; approvals: number }): Promise<StormReport> {
  await using lab = await openLab({ settings: { NOD_SESSION_SECONDS: '900' } })
  const pages: Page[] = []
  while (pages.length < count) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - pages.length) }, (_, i) =>
      openPage(lab, `page ${pages.length + i}`, 'code', i % 2 === 0 ? 'watch' : 'watch without socket'),
    )
    for (const page of await Promise.all(batch)) if (page) pages.push(page)
  }
  await until('all wait', GATHERED, () => pages.every((page) => page.live()))

  const [approver] = lab.approvers
  const decided = pages.slice(0, approvals)
  const prepared = await Promise.all(
    decided.map(async (page) => {
      const claim = await approver.claim({ ticket: await page.ticket() })
      const view = await page.sees(({ match_number }) => match_number !== undefined)
      return { claim, number: view!.match_number }
    }),
  )
  await Promise.all(prepared.map(({ claim, number }) => approver.approve(claim, number)))
  await lab.gateway.stop('SIGKILL')
  await until('all notice', GATHERED, () => pages.slice(approvals).every((page) => !page.live()))
  await lab.gateway.start()

  const ready = performance.now()
  const waiting = new Set(pages)
  const delays: number[] = []
  while (waiting.size > 0 && performance.now() - ready < PATIENCE) {
    for (const page of waiting) {
      if (!page.live()) continue
      waiting.delete(page)
      delays.push(performance.now() - ready)
    }
    await pause(5)
  }
  const closeAll = () => {
    for (const page of pages) page.close()
  }
  const given_up = setTimeout(closeAll, PATIENCE)
  const told = await Promise.all(decided.map((page) => page.sees(({ redirect_to }) => redirect_to !== undefined)))
  clearTimeout(given_up)
  closeAll()
  return {
    pages: pages.length,
    recovered: delays.length,
    approved: decided.length,
    told: told.filter((view) => view !== null).length,
    delays,
  }
}
