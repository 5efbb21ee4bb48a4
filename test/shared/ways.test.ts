/** How one way of waiting takes over from the other, and back: by real lines, with the page's clocks moved by hand. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { HOLD_MS } from '../../shared/client/patience.ts'
import { type FakeGateway, fakeGateway } from './fake-gateway.ts'
import { until, versions, watch } from './watcher.ts'

const stopClocks = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000)
const waits = (gateway: FakeGateway) => until(() => expect(gateway.waiting()).toBe(1))
const isHeld = (gateway: FakeGateway, seconds = HOLD_MS.most / 1000) =>
  until(() => expect(gateway.asked.at(-1)).toBe(`poll?wait=${seconds}&after=${gateway.view.version}&epoch=first`))
const sockets = ({ asked }: FakeGateway) => asked.filter((one) => one === 'socket').length

beforeEach(stopClocks)
afterEach(() => {
  vi.useRealTimers()
})

describe('when the socket does not work (F10)', () => {
  test('a refused upgrade leads to held requests at once', async () => {
    const gateway = await fakeGateway({ socket: 'refuses' })
    const watcher = watch(gateway)
    await until(() => expect(versions(watcher)).toEqual([1]))
    expect(gateway.asked.slice(0, 2)).toEqual(['socket', 'poll?wait=0'])
    expect(watcher.liveness).not.toContain('offline')
  })

  test.each(['hangs', 'is mute'] as const)('an upgrade that %s is given up within five seconds', async (socket) => {
    const gateway = await fakeGateway({ socket })
    const watcher = watch(gateway)
    await vi.waitFor(() => expect(gateway.asked).toEqual(['socket']), { interval: 1, timeout: 10_000 })
    await pass(4)
    await isHeld(gateway)
    expect(versions(watcher)).toEqual([1])
  })

  test('too many sockets are no reason to open another one', async () => {
    const gateway = await fakeGateway({ socket: 4429 })
    watch(gateway)
    await isHeld(gateway)
    await pass(200)
    expect(sockets(gateway)).toBe(1)
  })
})

describe('a socket that brings nothing', () => {
  async function open() {
    const gateway = await fakeGateway()
    const watcher = watch(gateway)
    await until(() => expect(versions(watcher)).toEqual([1]))
    return { gateway, watcher }
  }

  test('is believed in for as long as it beats, at no further cost', async () => {
    const { gateway } = await open()
    for (let beats = 0; beats < 6; beats++) {
      await pass(25)
      gateway.send({ type: 'beat' })
      await until(() => expect(gateway.waiting()).toBe(1))
    }
    expect(gateway.asked).toEqual(['socket'])
  })

  test('and does not beat is left for held requests, and a plain read says at once what was missed (F12)', async () => {
    const { gateway, watcher } = await open()
    gateway.setSilently({ version: 2 })
    await pass(30)
    await until(() => expect(versions(watcher)).toEqual([1, 2]))
    expect(gateway.asked.slice(0, 2)).toEqual(['socket', 'poll?wait=0&after=1&epoch=first'])
  })

  test('though the gateway is there, is not opened again before its rest is over', async () => {
    const { gateway, watcher } = await open()
    await pass(30)
    await isHeld(gateway)
    expect(watcher.liveness).not.toContain('offline')
    expect(sockets(gateway)).toBe(1)
    await pass(30)
    await until(() => expect(sockets(gateway)).toBe(2))
  })

  test('and nobody behind it: the page is offline, long before 45 seconds (F12)', async () => {
    const { gateway, watcher } = await open()
    gateway.poll = 502
    await pass(30)
    await until(() => expect(watcher.liveness.at(-1)).toBe('offline'))
  })

  test('is given up when it is cut short twice running', async () => {
    const { gateway, watcher } = await open()
    await pass(10)
    gateway.cut()
    await until(() => expect(gateway.waiting()).toBe(0))
    await pass(1)
    await waits(gateway)
    await pass(10)
    gateway.cut()
    await until(() => expect(gateway.waiting()).toBe(0))
    await pass(2)
    await isHeld(gateway)
    expect(sockets(gateway)).toBe(2)
    expect(versions(watcher)).toEqual([1])
  })
})

describe('back to the socket', () => {
  test('it is tried beside the held request, and takes over: nothing is lost and nothing comes twice', async () => {
    const gateway = await fakeGateway({ socket: 'refuses' })
    const watcher = watch(gateway)
    await isHeld(gateway)
    gateway.socket = 'hangs'
    await pass(30)
    await until(() => expect(sockets(gateway)).toBe(2))
    gateway.set({ version: 2 })
    await until(() => expect(versions(watcher), 'by the held request, while the socket hangs').toEqual([1, 2]))

    await pass(4)
    gateway.socket = 'works'
    await isHeld(gateway)
    await pass(60)
    await until(() => expect(sockets(gateway)).toBe(3))
    await waits(gateway)
    gateway.set({ version: 3 })
    await until(() => expect(versions(watcher)).toEqual([1, 2, 3]))
    const asked = gateway.asked.length
    gateway.set({ version: 4 })
    await until(() => expect(versions(watcher)).toEqual([1, 2, 3, 4]))
    expect(gateway.asked.length, 'pushed, not asked for').toBe(asked)
  })

  test('it is the first try again once a gateway that was away is back (F07)', async () => {
    const gateway = await fakeGateway({ socket: 'refuses' })
    const watcher = watch(gateway)
    await isHeld(gateway)
    await gateway.stop()
    await until(() => expect(watcher.liveness.at(-1)).toBe('offline'))
    gateway.socket = 'works'
    await gateway.start()
    const asked = gateway.asked.length
    await pass(1)
    await until(() => expect(gateway.asked[asked]).toBe('socket'))
    await waits(gateway)
  })
})

describe('a held request that is cut (F10)', () => {
  async function held() {
    const gateway = await fakeGateway({ socket: 'refuses' })
    const watcher = watch(gateway)
    await isHeld(gateway)
    return { gateway, watcher }
  }

  test('is asked again at once, and held shorter than what it was cut at', async () => {
    const { gateway, watcher } = await held()
    await pass(10)
    gateway.cut()
    await isHeld(gateway, 8)
    await pass(5)
    gateway.cut()
    await isHeld(gateway, 4)
    expect(watcher.liveness).not.toContain('offline')
    expect(versions(watcher)).toEqual([1])
  })

  test('never leads to requests that are hardly held', async () => {
    const { gateway } = await held()
    await pass(1.5)
    gateway.cut()
    await isHeld(gateway, 2)
  })

  test('by the death of the gateway teaches nothing', async () => {
    const { gateway, watcher } = await held()
    await pass(10)
    await gateway.stop()
    await until(() => expect(watcher.liveness.at(-1)).toBe('offline'))
    await gateway.start()
    await pass(1)
    await isHeld(gateway)
  })
})
