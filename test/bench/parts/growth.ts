/**
 * Whether a gateway that has lived signs in as fast as an empty one: with a million finished sessions in its file, and with
 * ten thousand pages that wait, half of them by each transport. All three are asked in turns.
 */
import { Nod } from '../contenders/nod.ts'
import { nodSignIns } from '../contenders/nod-sign-ins.ts'
import { nodWaiting } from '../contenders/nod-waiting.ts'
import { fillWithFinished } from '../contenders/past.ts'
import type { Figure } from '../figure.ts'
import { type Load, ratesOf } from './sign-ins.ts'
import { openPages, PATIENT } from './waiting.ts'

export interface Growth extends Load {
  finished: number
  pages: number
}

export async function growth({ finished, pages, ...load }: Growth): Promise<Figure[]> {
  await using end = new AsyncDisposableStack()
  const start = async (prepare?: (file: string) => void): Promise<Nod> => {
    const nod = await Nod.start({ people: load.actors, settings: PATIENT, ...(prepare && { prepare }) })
    end.defer(() => nod.stop())
    return nod
  }
  const gateways = [await start(), await start((file) => fillWithFinished(file, finished)), await start()]
  const waiting = (['websocket', 'long-poll'] as const).map((transport) => nodWaiting(gateways[2]!, transport))
  for (const contender of waiting) {
    const open = await openPages(contender, pages / 2)
    end.defer(() => {
      for (const page of open) page.close()
    })
  }
  const [empty, full, crowded] = await ratesOf(gateways.map(nodSignIns), load)
  const beside = [{ name: 'Nod, empty', value: empty!.per_cpu_second, target: { least: 0.9 } }]
  const unit = 'per CPU second'
  return [
    {
      ...{ id: 'growth-file', unit, value: full!.per_cpu_second, beside },
      what: `sign-ins with ${finished.toLocaleString('en')} finished sessions`,
    },
    {
      ...{ id: 'growth-pages', unit, value: crowded!.per_cpu_second, beside },
      what: `sign-ins with ${pages.toLocaleString('en')} pages waiting`,
    },
  ]
}
