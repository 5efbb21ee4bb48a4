/**
 * Cuts the power at many moments of one recorded run, each right after a client was told something, and holds the files
 * of that moment against what had been told by then (F06). The control build waits for no disk and must lose.
 */
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { check } from './checker.ts'
import { readFiles } from './files.ts'
import { until, wallMillis } from './history.ts'
import { openLab } from './lab.ts'
import { seeded } from './random.ts'
import { randomPlan, signIn } from './sign-in.ts'
import { record } from './written.ts'

const ROOT = resolve(import.meta.dirname, '../..')

interface Scale {
  cuts: number
  sign_ins: number
  clients: number
  seed: number
  /** Runs the build that commits with synchronous=NORMAL. */
  control?: boolean
}

export interface PowerReport {
  cuts: number
  /** Cuts after which something acknowledged was missing, or something was wrong. */
  lossy: number
  /** Effects looked for, over all cuts. */
  acknowledged: number
  /** What was found, of the first lossy cut. */
  found: string[]
}

export async function cutPower({ cuts, sign_ins, clients, seed, control = false }: Scale): Promise<PowerReport> {
  await using folder = await temporary()
  await using lab = await openLab(control ? { command: controlBuild(folder.path) } : {})
  const random = seeded(seed)
  const files = ['nod.db', 'nod.db-wal'].map((name) => join(lab.data, name))
  let left = sign_ins
  const client = async (_: unknown, i: number): Promise<void> => {
    while (left-- > 0) await signIn(lab, `client ${i}`, randomPlan(random))
  }
  const skewed_before = skew()
  await using recording = await record(lab.gateway.pid!, files, async () => {
    await Promise.all(Array.from({ length: clients }, client))
  })
  await lab.gateway.stop('SIGKILL')

  // strace reads the wall clock, and the history one that runs on from the process's start: they may differ a little.
  const margin = Math.max(Math.abs(skewed_before), Math.abs(skew()))
  const told = lab.history.exchanges.flatMap(({ told_at }) => told_at ?? []).sort((a, b) => a - b)
  const report: PowerReport = { cuts: 0, lossy: 0, acknowledged: 0, found: [] }
  for (; report.cuts < cuts; report.cuts++) {
    const moment = told[Math.floor(((report.cuts + 0.5) / cuts) * told.length)]!
    // Every other time, what was not synced is lost in parts and not as a whole.
    recording.restore(folder.path, moment + margin, report.cuts % 2 === 1 ? random : undefined)
    const verdict = check(until(lab.history, moment), readFiles(join(folder.path, 'nod.db')))
    const found = verdict.lost.concat(verdict.broken)
    report.acknowledged += verdict.acknowledged
    if (found.length === 0) continue
    report.lossy += 1
    if (report.lossy === 1) report.found = found
  }
  return report
}

const skew = (): number => wallMillis() - Date.now()

async function temporary(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'nod-cut-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** The same build, but for the one setting; fails when there is nothing to change, so that the control stays one. */
function controlBuild(folder: string): string {
  cpSync(join(ROOT, 'dist/gateway'), join(folder, 'dist/gateway'), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const built = join(folder, 'dist/gateway')
  const changed = readdirSync(built).filter((name) => {
    if (!name.endsWith('.js')) return false
    const code = readFileSync(join(built, name), 'utf8')
    const control = code
      .replaceAll('synchronous = FULL', 'synchronous = NORMAL')
      .replaceAll(/("synchronous", \{ simple: true \}\)) !== 2/g, '$1 !== 1')
    writeFileSync(join(built, name), control)
    return control !== code && control.includes('simple: true }) !== 1')
  })
  if (changed.length === 0) throw new Error('the build sets synchronous in another way than before')
  return join(built, 'main.js')
}
