/**
 * Complete sign-ins per second of the server's processor time, at full load: Nod and what could be used in its place, each
 * alone on the server's core, in turns of a few seconds so that whatever else the machine does meets all of them.
 */
import { startBetterAuth } from '../contenders/better-auth.ts'
import type { SignsIn } from '../contenders/contender.ts'
import { Nod } from '../contenders/nod.ts'
import { nodSignIns } from '../contenders/nod-sign-ins.ts'
import { startOidcProvider } from '../contenders/oidc-provider.ts'
import { startSocketIoSignIns } from '../contenders/socket-io.ts'
import type { Figure } from '../figure.ts'

export interface Load {
  /** How many sign in at once. */
  actors: number
  /** Seconds until caches are warm and code is compiled, for each. */
  warm_up: number
  /** Seconds for each in one turn, and turns. */
  seconds: number
  turns: number
}

export interface Rate {
  per_cpu_second: number
  /** Of the server's core, of what nobody else took of it; 1 is all. */
  core_used: number
}

/** Keeps every actor signing in until `seconds` have passed; what was begun is ended. Returns how many were. */
async function keepBusy(contender: SignsIn, actors: number, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1000
  let done = 0
  const act = async (_: unknown, actor: number): Promise<void> => {
    while (performance.now() < until) {
      await contender.signIn(actor)
      done++
    }
  }
  await Promise.all(Array.from({ length: actors }, act))
  return done
}

/** In the order of `contenders`. */
export async function ratesOf(contenders: readonly SignsIn[], load: Load): Promise<Rate[]> {
  const sums = contenders.map(() => ({ sign_ins: 0, cpu: 0, idle: 0 }))
  for (const contender of contenders) await keepBusy(contender, load.actors, load.warm_up)
  for (let turn = 0; turn < load.turns; turn++) {
    for (const [i, contender] of contenders.entries()) {
      const before = contender.server.usage()
      const sum = sums[i]!
      sum.sign_ins += await keepBusy(contender, load.actors, load.seconds)
      const after = contender.server.usage()
      sum.cpu += after.cpu - before.cpu
      sum.idle += after.idle - before.idle
    }
  }
  return sums.map(({ sign_ins, cpu, idle }) => ({ per_cpu_second: sign_ins / cpu, core_used: cpu / (cpu + idle) }))
}

export async function signIns(load: Load): Promise<Figure[]> {
  const { actors } = load
  await using end = new AsyncDisposableStack()
  const started = async <T extends SignsIn>(contender: Promise<T>): Promise<T> => {
    const up = await contender
    end.defer(() => up.stop())
    return up
  }
  const contenders = [
    await started(Nod.start({ people: actors }).then(nodSignIns)),
    await started(Nod.start({ people: actors, alg: 'RS256' }).then(nodSignIns)),
    await started(startSocketIoSignIns('upgrade')),
    await started(startSocketIoSignIns('websocket')),
    await started(startOidcProvider('ES256', actors)),
    await started(startOidcProvider('RS256', actors)),
    await started(startBetterAuth(actors)),
  ]
  const [es256, rs256, relay, relay_ws, oidc_es256, oidc_rs256, better_auth] = await ratesOf(contenders, load)
  const unit = 'per CPU second'
  return [
    {
      ...{ id: 'sign-ins-es256', what: 'complete sign-ins, ES256', unit, value: es256!.per_cpu_second },
      beside: [
        { name: 'node-oidc-provider', value: oidc_es256!.per_cpu_second, target: { least: 5 } },
        { name: 'better-auth (no id_token)', value: better_auth!.per_cpu_second, target: { least: 20 } },
        { name: 'socket.io (stores nothing)', value: relay!.per_cpu_second, target: { least: 1.5 } },
        { name: 'socket.io, WebSocket only', value: relay_ws!.per_cpu_second },
      ],
    },
    {
      ...{ id: 'sign-ins-rs256', what: 'complete sign-ins, RS256', unit, value: rs256!.per_cpu_second },
      beside: [{ name: 'node-oidc-provider', value: oidc_rs256!.per_cpu_second, target: { least: 2.5 } }],
    },
    {
      ...{ id: 'core-used', what: 'share of its core used at full load', unit: '%', value: es256!.core_used * 100 },
      ...{ target: { least: 85 }, beside: [{ name: 'node-oidc-provider', value: oidc_es256!.core_used * 100 }] },
    },
  ]
}
