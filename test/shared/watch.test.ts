/** Following a session: what holds whichever transport carries it, and how one takes over from the other. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type FakeGateway, fakeGateway, view } from './fake-gateway.ts'
import { until, versions, watch } from './watcher.ts'

afterEach(() => {
  vi.useRealTimers()
})

const TRANSPORTS = [
  { transport: 'a socket', socket: 'works' },
  { transport: 'held requests', socket: 'refuses' },
] as const

describe.each(TRANSPORTS)('over $transport', ({ socket }) => {
  const start = () => fakeGateway({ socket })
  const waits = (gateway: FakeGateway) => until(() => expect(gateway.waiting()).toBe(1))

  test('the current view comes at once', async () => {
    const watcher = watch(await start())
    await until(() => expect(watcher.views).toMatchObject([view()]))
    expect(watcher.liveness.at(-1)).toBe('live')
  })

  test('each newer view comes once', async () => {
    const gateway = await start()
    const watcher = watch(gateway)
    for (const version of [2, 3, 4]) {
      await waits(gateway)
      gateway.set({ version })
      await until(() => expect(versions(watcher).at(-1)).toBe(version))
    }
    expect(versions(watcher)).toEqual([1, 2, 3, 4])
  })

  test('the last view ends the watch', async () => {
    const gateway = await start()
    const watcher = watch(gateway)
    await waits(gateway)
    gateway.set({ version: 2, state: 'denied' })
    await until(() => expect(watcher.views.at(-1)?.state).toBe('denied'))
    await until(() => expect(gateway.waiting()).toBe(0))
    const asked = gateway.asked.length
    await gateway.stop()
    await gateway.start()
    expect(gateway.asked.length).toBe(asked)
    expect(watcher.refused).toEqual([])
  })

  test('an approval is not the end: the gateway may still have something to say', async () => {
    const gateway = await start()
    const watcher = watch(gateway)
    await waits(gateway)
    gateway.set({ version: 2, state: 'approved', redirect_to: 'https://shop.example/cb?code=c' })
    await until(() => expect(watcher.views.at(-1)?.redirect_to).toBe('https://shop.example/cb?code=c'))
    await waits(gateway)
    gateway.set({ version: 3, state: 'redeemed' })
    await until(() => expect(versions(watcher)).toEqual([1, 2, 3]))
  })

  test('what changed while the line was cut is not lost', async () => {
    const gateway = await start()
    const watcher = watch(gateway)
    await waits(gateway)
    gateway.setSilently({ version: 2, state: 'claimed', match_number: '47' })
    gateway.cut()
    await until(() => expect(watcher.views.at(-1)?.match_number).toBe('47'))
    expect(versions(watcher)).toEqual([1, 2])
  })

  test('a gateway that is away is waited for, and said to be away', async () => {
    const gateway = await start()
    const watcher = watch(gateway)
    await waits(gateway)
    await gateway.stop()
    await until(() => expect(watcher.liveness.at(-1)).toBe('offline'))
    gateway.setSilently({ version: 2 })
    await gateway.start()
    await until(() => expect(versions(watcher)).toEqual([1, 2]))
    expect(watcher.liveness.at(-1)).toBe('live')
    expect(watcher.refused).toEqual([])
  })

  test('a view that is older than the newest one is not given out', async () => {
    const gateway = await start()
    gateway.setSilently({ version: 5 })
    const watcher = watch(gateway)
    await waits(gateway)
    const asked = gateway.asked.length
    gateway.set({ version: 4 })
    if (socket === 'refuses') await until(() => expect(gateway.asked.length).toBeGreaterThan(asked + 1))
    gateway.set({ version: 6 })
    await until(() => expect(versions(watcher)).toEqual([5, 6]))
  })

  test('a restored database starts a new epoch, whose versions count anew', async () => {
    const gateway = await start()
    gateway.setSilently({ version: 5 })
    const watcher = watch(gateway)
    await waits(gateway)
    gateway.set({ epoch: 'second', version: 2 })
    await until(() => expect(watcher.views.at(-1)).toMatchObject({ epoch: 'second', version: 2 }))
  })

  test('who is not authorized hears it once and asks no more', async () => {
    const gateway = await start()
    const watcher = watch(gateway, 'a wrong secret')
    await until(() => expect(watcher.refused).toMatchObject([{ code: 'unauthorized', status: 401 }]))
    expect(watcher.views).toEqual([])
  })

  test('who gives up leaves nothing open', async () => {
    const gateway = await start()
    const watcher = watch(gateway)
    await waits(gateway)
    await until(() => expect(versions(watcher)).toEqual([1]))
    watcher.stop()
    await until(() => expect(gateway.waiting()).toBe(0))
    gateway.set({ version: 2 })
    expect(versions(watcher)).toEqual([1])
  })
})

describe.each([502, 504, 'answers HTML'] as const)('a gateway of which is heard only: %s', (poll) => {
  test('is away, not an end', async () => {
    const gateway = await fakeGateway({ socket: 'refuses', poll })
    const watcher = watch(gateway)
    await until(() => expect(watcher.liveness.at(-1)).toBe('offline'))
    gateway.poll = 'works'
    await until(() => expect(versions(watcher)).toEqual([1]))
    expect(watcher.refused).toEqual([])
  })
})

test('a session that is gone when the socket is refused says so by the held request', async () => {
  const gateway = await fakeGateway({ socket: 'refuses', poll: 'refuses' })
  const watcher = watch(gateway)
  await until(() => expect(watcher.refused).toMatchObject([{ code: 'unauthorized' }]))
})

test('a frame of another form is not given out, and another way is tried', async () => {
  const gateway = await fakeGateway()
  gateway.setSilently({ state: 'nonsense' as never })
  const watcher = watch(gateway)
  await until(() => expect(gateway.asked).toContain('poll?wait=0'))
  gateway.setSilently({ state: 'pending' })
  await until(() => expect(versions(watcher)).toEqual([1]))
})
