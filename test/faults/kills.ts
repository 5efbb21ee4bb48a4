/**
 * Kills the gateway at random moments while clients sign in, starts it again at once, and in the end holds what was
 * acknowledged against the files (F01).
 */
import { join } from 'node:path'
import { check, type Verdict } from './checker.ts'
import { readFiles } from './files.ts'
import { type Lab, openLab } from './lab.ts'
import { pause } from './pause.ts'
import { type Random, seeded } from './random.ts'
import { randomPlan, signIn } from './sign-in.ts'

interface Scale {
  kills: number
  clients: number
  seed: number
  /** Told after each kill how many there have been. */
  onKill?(kills: number): void
}

export interface KillReport extends Verdict {
  kills: number
  sign_ins: number
  /** Milliseconds from each start until it was ready. */
  boots: number[]
}

/** Milliseconds a gateway lives at the most once it is ready. */
const LONGEST_LIFE = 150
/** One in so many lives goes on long enough for a page to be told what was committed before the crash. */
const LONG_LIFE = { every: 10, ms: 1000 }

export async function killAtRandom({ kills, clients, seed, onKill }: Scale): Promise<KillReport> {
  await using lab = await openLab()
  const random = seeded(seed)
  let over = false
  let sign_ins = 0
  const busy = Array.from({ length: clients }, async (_, i) => {
    const own = seeded(seed + i + 1)
    while (!over) {
      if (await signIn(lab, `client ${i}`, randomPlan(own))) sign_ins += 1
      else await pause(20)
    }
  })
  const boots: number[] = []
  for (let i = 1; i <= kills; i++) {
    await pause(lifetime(i, random))
    await lab.gateway.stop('SIGKILL')
    const start = performance.now()
    await lab.gateway.start()
    boots.push(performance.now() - start)
    onKill?.(i)
  }
  over = true
  await Promise.all(busy)
  return { kills, sign_ins, boots, ...(await judge(lab)) }
}

const lifetime = (i: number, random: Random): number =>
  random() * (i % LONG_LIFE.every === 0 ? LONG_LIFE.ms : LONGEST_LIFE)

/** Stops the gateway and holds the history against its files. */
export async function judge(lab: Lab): Promise<Verdict> {
  await lab.gateway.stop()
  return check(lab.history, readFiles(join(lab.data, 'nod.db')))
}
