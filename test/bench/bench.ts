/**
 * `npm run bench [-- PART… --quick --save]`: Nod beside what people would use instead, in one run on this machine. Each
 * server has the first core to itself, its load comes from the second. Prints a table; writes out/results.json, and with
 * `--save` results.json, of which the README is made.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Figure, printed } from './figure.ts'
import { bytes } from './parts/bytes.ts'
import { devicePolls } from './parts/device-polls.ts'
import { growth } from './parts/growth.ts'
import { signIns } from './parts/sign-ins.ts'
import { waiting } from './parts/waiting.ts'
import { installRivals } from './rivals.ts'
import { keepToLoadCore } from './servers/server.ts'

const LOAD = {
  full: { actors: 32, warm_up: 8, seconds: 2, turns: 8 },
  quick: { actors: 8, warm_up: 1, seconds: 1, turns: 1 },
}

const PARTS: Record<string, (size: 'full' | 'quick') => Promise<Figure[]>> = {
  'sign-ins': (size) => signIns(LOAD[size]),
  waiting: (size) => waiting({ full: { pages: 10_000, approvals: 400 }, quick: { pages: 300, approvals: 20 } }[size]),
  bytes: (size) =>
    bytes({ full: { pages: 25, apart: 1, seconds: 60 }, quick: { pages: 4, apart: 1, seconds: 10 } }[size]),
  growth: (size) =>
    growth({
      ...LOAD[size],
      ...{ full: { finished: 1e6, pages: 10_000 }, quick: { finished: 5000, pages: 200 } }[size],
    }),
  'device-polls': devicePolls,
}

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, save: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const unknown = positionals.filter((name) => !(name in PARTS))
if (unknown.length > 0)
  throw new Error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`)
if (process.platform !== 'linux' || availableParallelism() < 2)
  throw new Error('the bench needs Linux and two cores: one for the server, one for its load')

installRivals()
keepToLoadCore()
const chosen = positionals.length > 0 ? positionals : Object.keys(PARTS)
const figures: Figure[] = []
for (const name of chosen) {
  console.error(`bench: ${name} …`)
  figures.push(...(await PARTS[name]!(values.quick ? 'quick' : 'full')))
}
console.log(printed(figures))

/** Figures of parts that were not run stay as they are. */
async function write(file: string): Promise<void> {
  const path = resolve(import.meta.dirname, file)
  const kept = await readFile(path, 'utf8').then(
    (text) => (JSON.parse(text) as { figures: Figure[] }).figures,
    () => [],
  )
  const ids = new Set(figures.map(({ id }) => id))
  const all = [...kept.filter(({ id }) => !ids.has(id)), ...figures]
  const about = { processor: cpus()[0]!.model, node: process.version, taken: new Date().toISOString().slice(0, 10) }
  await mkdir(resolve(path, '..'), { recursive: true })
  await writeFile(path, `${JSON.stringify({ about, figures: all }, null, 2)}\n`)
}
await write('out/results.json')
if (values.save) await write('results.json')
