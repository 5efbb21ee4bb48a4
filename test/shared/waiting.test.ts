/**
 * What shared/client/README.md says of waiting is what happens: each row of its tables is run against a real line. After
 * a change of times, this writes them anew: `npm test -- --project unit waiting -u`.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { LOOK_AGAIN_MS } from '../../shared/client/patience.ts'
import { CLOSE } from '../../shared/protocol/errors.ts'
import { type FakeGateway, fakeGateway, type PollManner } from './fake-gateway.ts'
import { until, type Watcher, watch } from './watcher.ts'

const FILE = resolve(import.meta.dirname, '../../shared/client/README.md')
const readme = readFileSync(FILE, 'utf8')

/** The rows of the table below a heading, without its head. */
const rowsOf = (heading: string): string[][] =>
  readme
    .split(`## ${heading}\n`)[1]!
    .split(/\n\n/)
    .map((part) => part.trim())
    .find((part) => part.startsWith('|'))!
    .split('\n')
    .slice(2)
    .map((row) => row.slice(2, -2).split(' | '))

afterEach(() => {
  vi.useRealTimers()
})

/** Steps of 10 ms: well past the longest first pause (1 s), and short of the time in which a first view must come. */
const STEPS = 300

/** What a watch did next: all that a table can say. */
async function seen(gateway: FakeGateway, watcher: Watcher, asked: number): Promise<string> {
  for (let patience = 0; patience < STEPS; patience++) {
    await vi.advanceTimersByTimeAsync(10)
    await turn()
    if (watcher.refused.length > 0) return 'refused'
    const next = gateway.asked[asked]
    if (next) return next === 'socket' ? 'again' : 'held requests'
  }
  return 'over'
}

describe('a socket that is closed', () => {
  const rows = rowsOf('How a socket ends')

  test('is told of by every code there is', () => {
    expect(rows.map(([code]) => Number(code)).sort()).toEqual([1006, ...Object.values(CLOSE)].sort())
  })

  test.each(rows)('with %s before the first view: %s', async (code, before) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const gateway = await fakeGateway({ socket: code === '1006' ? 'refuses' : Number(code) })
    const watcher = watch(gateway)
    await vi.waitFor(() => expect(gateway.asked).toContain('socket'), { interval: 1, timeout: 10_000 })
    expect(await seen(gateway, watcher, 1)).toBe(before)
  })

  test.each(rows)('with %s (before it: %s) after the first view: %s', async (code, _, after) => {
    const gateway = await fakeGateway()
    const watcher = watch(gateway)
    await until(() => expect(watcher.views).toHaveLength(1))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    if (code === '1006') gateway.cut()
    else gateway.close(Number(code))
    await vi.waitFor(() => expect(gateway.waiting()).toBe(0), { interval: 1, timeout: 10_000 })
    expect(await seen(gateway, watcher, 1)).toBe(after)
  })
})

test.each(rowsOf('How a request ends'))('a request that is answered with %s: %s', async (answer, then) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const gateway = await fakeGateway({ socket: 'refuses', poll: (Number(answer) || answer) as PollManner })
  const watcher = watch(gateway)
  await vi.waitFor(() => expect(gateway.asked).toContain('poll?wait=0'), { interval: 1, timeout: 10_000 })
  expect(await seen(gateway, watcher, 2)).toBe(then)
})

describe('what happens to the page', () => {
  /** Stands in for the document and the window, and makes happen there what a row is about. */
  function aPage(): (event: string) => void {
    const document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
    const window = new EventTarget()
    vi.stubGlobal('document', document)
    vi.stubGlobal('addEventListener', window.addEventListener.bind(window))
    onTestFinished(() => void vi.unstubAllGlobals())
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    })
    return (event) => {
      const name = event.split('`')[1]
      if (name === undefined) {
        vi.setSystemTime(Date.now() + 60_000)
        vi.advanceTimersByTime(5000)
        return
      }
      if (name === 'resume') document.dispatchEvent(new Event('freeze'))
      if (name === 'pageshow') window.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }))
      const target = /^(freeze|resume|visibilitychange)$/.test(name) ? document : window
      target.dispatchEvent(Object.assign(new Event(name), { persisted: true }))
    }
  }

  /** What was asked first since then; undefined if nothing was, though the page's clocks were not moved on. */
  async function next(gateway: FakeGateway, asked: number): Promise<string | undefined> {
    for (let patience = 0; patience < 500 && gateway.asked.length === asked; patience++) await turn()
    return gateway.asked[asked]
  }

  async function expectGivenUp(gateway: FakeGateway, asked: number): Promise<void> {
    await until(() => expect(gateway.waiting()).toBe(0))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await next(gateway, asked)).toBeUndefined()
  }

  const rows = rowsOf('What happens to the page')

  test.each(rows)('%s: a socket is %s', async (event, then) => {
    const happen = aPage()
    const gateway = await fakeGateway()
    const watcher = watch(gateway)
    await until(() => expect(watcher.views).toHaveLength(1))
    happen(event!)
    if (then === 'given up') return expectGivenUp(gateway, 1)
    expect(await next(gateway, 1)).toBe(then === 'a plain read' ? 'poll?wait=0&after=1&epoch=first' : 'socket')
    await until(() => expect(gateway.waiting()).toBe(1))
  })

  test.each(rows)('%s (a socket is %s): held requests are %s', async (event, _, then) => {
    const happen = aPage()
    const gateway = await fakeGateway({ socket: 'refuses' })
    watch(gateway)
    await until(() => expect(gateway.asked.at(-1)).toMatch('wait=25'))
    const asked = gateway.asked.length
    happen(event!)
    if (then === 'given up') return expectGivenUp(gateway, asked)
    expect(await next(gateway, asked)).toMatch(/^(socket$|poll\?wait=0)/)
    await until(() => expect(gateway.waiting()).toBe(1))
  })

  test.each(rows)('%s (a socket is %s, held requests are %s): a pause is %s', async (event, _, __, then) => {
    const happen = aPage()
    const gateway = await fakeGateway({ socket: 'refuses', poll: 503 })
    const watcher = watch(gateway)
    await until(() => expect(watcher.liveness.at(-1)).toBe('offline'))
    const asked = gateway.asked.length
    expect(await next(gateway, asked), 'it pauses').toBeUndefined()
    happen(event!)
    if (then === 'given up') return expectGivenUp(gateway, asked)
    expect(await next(gateway, asked)).toBe('socket')
  })

  test('`offline` while the network still goes: what is answered then is asked once more', async () => {
    const happen = aPage()
    const gateway = await fakeGateway()
    const watcher = watch(gateway)
    await until(() => expect(watcher.views).toHaveLength(1))
    happen('`offline`')
    expect(await next(gateway, 1)).toMatch('poll?wait=0')
    gateway.poll = 503
    await vi.advanceTimersByTimeAsync(LOOK_AGAIN_MS)
    await until(() => expect(watcher.liveness.at(-1)).toBe('offline'))
  })
})

test('the times are those of patience.ts', () => {
  const source = readFileSync(resolve(import.meta.dirname, '../../shared/client/patience.ts'), 'utf8')
  const said = source.matchAll(/\/\*\* (.*?) \*\/\nexport const (\w+) = (?:\{ (.*) \}|(.*))\n/g)
  const rows = [...said].map(([, meaning, name, several, one]) => `| \`${name}\` | ${several ?? one} | ${meaning} |`)
  expect(rows).toHaveLength(source.match(/^export /gm)!.length)
  const table = ['| name | value | what it is |', '| --- | --- | --- |', ...rows].join('\n')
  const written = readme.replace(/(<!-- times -->\n)[\s\S]*?(<!-- \/times -->)/, `$1${table}\n$2`)
  return expect(written).toMatchFileSnapshot(FILE)
})
