/**
 * Ten thousand pages that wait at one process: what each costs in memory and to let in, and how soon it hears of its
 * approval, at Nod by either transport, at socket.io by either, and at nothing but `ws` and node:http with a commit.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { startBare } from '../contenders/bare.ts'
import type { KeepsWaiting, Page } from '../contenders/contender.ts'
import { Nod } from '../contenders/nod.ts'
import { nodWaiting } from '../contenders/nod-waiting.ts'
import { startSocketIoWaiting } from '../contenders/socket-io.ts'
import { type Figure, quantile } from '../figure.ts'

export interface Crowd {
  pages: number
  approvals: number
}

interface Measured {
  /** KiB a page. */
  memory: number
  opened_per_cpu_second: number
  /** Milliseconds until it was told. */
  p50: number
  p99: number
}

/** Pages that are being opened at once. */
const AT_ONCE = 64
const WARM_UP = 1000
const SETTLING = 2000
/** Milliseconds between two approvals. */
const GAP = 25

export async function openPages(contender: KeepsWaiting, count: number): Promise<Page[]> {
  const pages: Page[] = []
  let left = count
  const open = async (): Promise<void> => {
    while (left-- > 0) pages.push(await contender.open())
  }
  await Promise.all(Array.from({ length: AT_ONCE }, open))
  return pages
}

/** One after the other, each waited for, none sooner than its time. */
async function approve(pages: readonly Page[]): Promise<number[]> {
  const waits: number[] = []
  for (const page of pages) {
    const due = delay(GAP)
    waits.push(await page.approve())
    await due
  }
  return waits
}

async function measure(contender: KeepsWaiting, { pages: count, approvals }: Crowd): Promise<Measured> {
  const first = await openPages(contender, Math.min(WARM_UP, count))
  await approve(first.slice(0, approvals / 4))
  for (const page of first) page.close()
  const empty = await contender.server.memory()
  const before = contender.server.usage().cpu
  const pages = await openPages(contender, count)
  // A poll that was just sent is under way: idling costs nothing.
  await delay(SETTLING)
  const opening = contender.server.usage().cpu - before
  const full = await contender.server.memory()
  const waits = await approve(pages.slice(0, approvals))
  for (const page of pages) page.close()
  return {
    memory: (full - empty) / count / 1024,
    opened_per_cpu_second: count / opening,
    p50: quantile(waits, 0.5),
    p99: quantile(waits, 0.99),
  }
}

/** The pages of the bench live for as long as it takes, with the first code they drew. */
export const PATIENT = { NOD_SESSION_SECONDS: '3600', NOD_TICKET_SECONDS: '3600' }

export async function waiting(crowd: Crowd): Promise<Figure[]> {
  const measured = async (start: () => Promise<KeepsWaiting>): Promise<Measured> => {
    const contender = await start()
    try {
      return await measure(contender, crowd)
    } finally {
      await contender.stop()
    }
  }
  const nod = async (transport: 'websocket' | 'long-poll') =>
    nodWaiting(await Nod.start({ settings: PATIENT }), transport)
  const by_socket = {
    ...{ name: 'WebSocket', most: 12 },
    nod: await measured(() => nod('websocket')),
    bare: { name: 'bare ws', ...(await measured(() => startBare('websocket'))) },
    relay: { name: 'socket.io', ...(await measured(() => startSocketIoWaiting('websocket'))) },
  }
  const by_polls = {
    ...{ name: 'long-poll', most: 16 },
    nod: await measured(() => nod('long-poll')),
    bare: { name: 'bare node:http', ...(await measured(() => startBare('long-poll'))) },
    relay: { name: 'socket.io, polling', ...(await measured(() => startSocketIoWaiting('polling'))) },
  }
  return [by_socket, by_polls].flatMap(({ name, most, nod: ours, bare, relay }): Figure[] => [
    {
      ...{ id: `told-p50-${name}`, what: `approval to page, ${name}, median`, unit: 'ms', value: ours.p50 },
      beside: [
        { name: `${bare.name} + one commit`, value: bare.p50, target: { most: 2 } },
        { name: relay.name, value: relay.p50 },
        { name: 'polling every 5 s (by arithmetic)', value: 2500 },
      ],
    },
    {
      ...{ id: `told-p99-${name}`, what: `approval to page, ${name}, p99`, unit: 'ms', value: ours.p99 },
      beside: [
        { name: `${bare.name} + one commit`, value: bare.p99 },
        { name: relay.name, value: relay.p99, target: { most: 2 } },
        { name: 'polling every 5 s (by arithmetic)', value: 4950 },
      ],
    },
    {
      ...{ id: `memory-${name}`, what: `memory of a waiting page, ${name}`, unit: 'KiB', value: ours.memory },
      target: { most },
      beside: [bare, relay].map((other) => ({ name: other.name, value: other.memory })),
    },
    {
      id: `opened-${name}`,
      what: `new waiting pages, ${name}`,
      unit: 'per CPU second',
      value: ours.opened_per_cpu_second,
      beside: [
        { name: relay.name, value: relay.opened_per_cpu_second, target: { least: 1 } },
        { name: `${bare.name} (stores nothing)`, value: bare.opened_per_cpu_second },
      ],
    },
  ])
}
