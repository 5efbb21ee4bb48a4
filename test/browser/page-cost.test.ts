/**
 * What the widget costs a login page: bytes, and time of the page's main thread, from its loading until the code is there.
 * Beside it stands the same page with an empty content script, on the same machine at the same moment.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { AWKWARD } from './harness/awkward-pages.ts'
import { HostileSite } from './harness/hostile-site.ts'
import { codeOf } from './harness/scenes.ts'
import { Stage } from './harness/stage.ts'
import { switchOn, useGateway } from './harness/steps.ts'
import { Widget } from './harness/widget.ts'

type Cost = Record<'all' | 'script' | 'style', number>

const MOST_BYTES = 30_000
/** Of what the same page costs with an empty script: milliseconds are each machine's own. */
const MOST_TIMES = 4
const TIMES = 5

test('less than 30 KB, gzipped', async () => {
  const code = await readFile(resolve(import.meta.dirname, '../../dist/chrome/widget.js'))
  const bytes = gzipSync(code).byteLength
  console.log(`the widget: ${code.byteLength} bytes, ${bytes} gzipped`)
  expect(bytes).toBeLessThan(MOST_BYTES)
})

test('no more of the main thread than a few empty pages cost', async () => {
  await using stage = await Stage.set()
  await using end = new AsyncDisposableStack()
  const site = await HostileSite.join(stage.gateway, 'Dear Teas')
  const bare = await HostileSite.open({ host: '127.0.0.1' })
  for (const one of [site, bare]) end.defer(() => one.close())
  for (const one of [site, bare]) one.show('/login', AWKWARD.plain)
  const browser = await stage.profile()
  await useGateway(browser, stage.gateway.issuer)
  await switchOn(browser, 'Dear Teas')
  const empty = await mkdtemp(join(tmpdir(), 'nod-empty-'))
  end.defer(() => rm(empty, { recursive: true }))
  const script = { matches: ['http://127.0.0.1/*'], js: ['empty.js'], run_at: 'document_idle' }
  const manifest = { manifest_version: 3, name: 'Empty', version: '1', content_scripts: [script] }
  await writeFile(join(empty, 'manifest.json'), JSON.stringify(manifest))
  await writeFile(join(empty, 'empty.js'), '')
  await browser.browser.installExtension(empty)

  /** Milliseconds of the processor, so that what else the machine does is not in it, and some of its parts. */
  async function load(origin: string, ready: (widget: Widget) => Promise<unknown>): Promise<Cost> {
    const page = await browser.open('about:blank')
    const cdp = await page.createCDPSession()
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
    const read = async () => {
      const { metrics } = await cdp.send('Performance.getMetrics')
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value * 1000]))
    }
    await page.goto(`${origin}/login`)
    await ready(new Widget(page))
    const after = await read()
    await page.close()
    return {
      all: after.TaskDuration ?? 0,
      script: after.ScriptDuration ?? 0,
      style: (after.RecalcStyleDuration ?? 0) + (after.LayoutDuration ?? 0),
    }
  }
  const settled = () => new Promise((done) => setTimeout(done, 600))
  const nod: Cost[] = []
  const none: Cost[] = []
  for (let time = 0; time < TIMES; time++) {
    none.push(await load(bare.origin, settled))
    nod.push(await load(site.origin, settled))
  }
  const last = await browser.open(`${site.origin}/login`)
  await codeOf(new Widget(last))
  const middle = (all: Cost[], part: keyof Cost) =>
    all.map((one) => one[part]).sort((a, b) => a - b)[Math.floor(TIMES / 2)]!
  for (const part of ['all', 'script', 'style'] as const) {
    const [with_it, without] = [middle(nod, part), middle(none, part)]
    const ratio = (with_it / without).toFixed(2)
    console.log(`${part}: ${with_it.toFixed(1)} ms, an empty script ${without.toFixed(1)} ms: ${ratio}×`)
  }
  expect(middle(nod, 'all') / middle(none, 'all')).toBeLessThan(MOST_TIMES)
}, 180_000)
