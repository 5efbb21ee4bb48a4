/**
 * `npm run faults [-- --kills 2000 --pages 2000 --rounds 10000 --cuts 1000 --sessions 100000 --only kills,storm]`: the
 * fault lab by hand, at the scale one asks for; small unless said, and the same again by `--seed`. Prints what was done
 * and what was lost, and fails if anything was.
 */
import { parseArgs } from 'node:util'
import type { Verdict } from './checker.ts'
import { race } from './decision-race.ts'
import { killAtRandom } from './kills.ts'
import { passThrough } from './memory.ts'
import { cutPower } from './power-cut.ts'
import { storm } from './restart-storm.ts'
import { cannotTrace } from './strace.ts'
import { SYNCS, strikeCheckpoint, strikeEach, WRITES } from './syncs.ts'

const number = (fallback: number) => ({ type: 'string', default: String(fallback) }) as const
const { values } = parseArgs({
  options: {
    kills: number(20),
    clients: number(12),
    pages: number(100),
    rounds: number(100),
    cuts: number(100),
    sessions: number(5000),
    'sign-ins': number(40),
    seed: number(1),
    only: { type: 'string', default: 'kills,syncs,power,storm,race,memory' },
  },
})
const {
  kills,
  clients,
  pages,
  rounds,
  cuts,
  sessions,
  seed,
  'sign-ins': sign_ins,
} = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)])) as Record<string, number>

let failures = 0

function tell(what: string, figures: Record<string, string | number>, findings: readonly string[]): void {
  const said = Object.entries(figures).map(([name, value]) => `${name} ${value}`)
  console.log(`${what}: ${said.join(', ')}${findings.length > 0 ? '  FAILED' : ''}`)
  for (const finding of findings.slice(0, 20)) console.log(`  ${finding}`)
  if (findings.length > 0) failures += 1
}

const tellVerdict = (what: string, figures: Record<string, string | number>, verdict: Verdict): void => {
  const { acknowledged, lost, broken } = verdict
  tell(what, { ...figures, 'acknowledged effects': acknowledged, lost: lost.length }, lost.concat(broken))
}

const share = (sorted: readonly number[], at: number): string =>
  `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? 0)} ms`

const EXPERIMENTS: Record<string, () => Promise<void>> = {
  async kills() {
    const onKill = (done: number): void => {
      if (done % 100 === 0) console.error(`${done} of ${kills} kills …`)
    }
    const report = await killAtRandom({ kills: kills!, clients: clients!, seed: seed!, onKill })
    const boots = report.boots.toSorted((a, b) => a - b)
    const figures = { kills: report.kills, 'sign-ins': report.sign_ins, 'boot p50': share(boots, 0.5) }
    tellVerdict('random SIGKILLs (F01)', { ...figures, 'boot p99': share(boots, 0.99) }, report)
  },

  async syncs() {
    const unable = cannotTrace()
    if (unable) return console.log(`at each fsync (F01, F03): skipped, ${unable}`)
    for (const grant of ['code', 'device'] as const)
      for (const calls of [SYNCS, WRITES] as const)
        for (const fault of ['signal=SIGKILL', 'error=EIO'] as const) {
          const report = await strikeEach({ calls, fault, grant })
          const ends = [...new Set(report.ends)].join(' or ')
          tellVerdict(`${grant} grant, ${calls} ${fault} (F01, F03)`, { points: report.points, ended: ends }, report)
        }
    const { end, ...verdict } = await strikeCheckpoint()
    tellVerdict('EIO while the log is moved (F03)', { 'exit code': `${end}` }, verdict)
  },

  async power() {
    const unable = cannotTrace()
    if (unable) return console.log(`power cuts (F06): skipped, ${unable}`)
    const scale = { cuts: cuts!, sign_ins: sign_ins!, clients: 4, seed: seed! }
    const { lossy, found, acknowledged } = await cutPower(scale)
    tell('power cuts (F06)', { cuts: cuts!, 'acknowledged effects looked for': acknowledged, lossy }, found)
    const control = await cutPower({ ...scale, control: true })
    const blind = control.lossy === 0 ? ['the control lost nothing: this proves nothing'] : []
    tell('  control with synchronous=NORMAL', { cuts: cuts!, lossy: control.lossy }, blind)
  },

  async storm() {
    const { delays, ...report } = await storm({ pages: pages!, approvals: Math.ceil(pages! / 10) })
    const figures = { p50: share(delays, 0.5), p99: share(delays, 0.99), last: share(delays, 1) }
    const whole = report.recovered === report.pages && report.told === report.approved && (delays.at(-1) ?? 0) <= 5000
    tell('restart storm (F07)', { ...report, ...figures }, whole ? [] : ['not all were back within 5 s'])
  },

  async race() {
    const { outcomes, ...report } = await race(rounds!, { seed: seed! })
    tellVerdict('decision race (F16)', { rounds: report.rounds, ...outcomes }, report)
  },

  async memory() {
    const { resident, log, ...report } = await passThrough(sessions!)
    const figures = { ...report, 'MB after each fifth': resident.join(' '), 'longest log, MB': log }
    tell('memory', figures, log > MOST_LOG ? ['the write-ahead log is not kept short'] : [])
  },
}

/** Megabytes that the write-ahead log may take, with room for a checkpoint that readers have put off. */
const MOST_LOG = 16

for (const name of values.only.split(',')) {
  const experiment = EXPERIMENTS[name]
  if (!experiment) throw new Error(`there is no ${name}: ${Object.keys(EXPERIMENTS).join(', ')}`)
  await experiment()
}
process.exit(failures > 0 ? 1 : 0)
