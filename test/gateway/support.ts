/**
 * A real gateway for one test file: real store in a temporary folder, real HTTP on a free port, a clock that the test
 * moves. Also the people and sites around it. Everything goes through the gateway's own doors.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { readConfig } from '../../gateway/config.ts'
import { type Gateway, startGateway } from '../../gateway/gateway.ts'
import { freePort } from '../demo/ports.ts'

export interface TestClock {
  now(): number
  millis(): number
  /** Seconds; may be negative. */
  advance(seconds: number): void
}

export interface TestGateway extends Gateway {
  issuer: string
  clock: TestClock
  data: string
  /** A request to this gateway; `path` may be a whole URL of it. */
  fetch(path: string, init?: RequestInit): Promise<Response>
}

/** A log whose lines a test can read as they would be written. */
const logTo = (onLog: (line: string) => void) => {
  const at = (level: string) => (message: string, fields?: object) =>
    onLog(JSON.stringify({ level, message, ...fields }))
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

export function testClock(start = 1_790_000_000): TestClock {
  let now = start
  return {
    now: () => now,
    millis: () => now * 1000,
    advance(seconds) {
      now += seconds
    },
  }
}

/** Stops by itself when the test is over. `settings` are NOD_* variables; counted limits are off unless asked for. */
export async function startTestGateway(
  settings: Record<string, string> = {},
  {
    clock = testClock(),
    data,
    onLog = () => {},
  }: { clock?: TestClock; data?: string; onLog?(line: string): void } = {},
): Promise<TestGateway> {
  const folder = data ?? (await mkdtemp(join(tmpdir(), 'nod-test-')))
  const port = await freePort()
  const issuer = `http://localhost:${port}`
  const read = readConfig({
    NOD_ISSUER: issuer,
    NOD_PORT: String(port),
    NOD_DATA: folder,
    NOD_LIMITS: 'off',
    ...settings,
  })
  if (!read.ok) throw new Error(JSON.stringify(read.faults))
  const gateway = await startGateway({
    config: read.config,
    log: logTo(onLog),
    clock,
    onFatal(error) {
      throw error
    },
  })
  onTestFinished(async () => {
    await gateway.stop()
    if (data === undefined) await rm(folder, { recursive: true })
  })
  return {
    ...gateway,
    issuer,
    clock,
    data: folder,
    fetch: (path, init) => fetch(new URL(path, issuer), { redirect: 'manual', ...init }),
  }
}
