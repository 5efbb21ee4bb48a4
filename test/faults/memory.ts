/**
 * Many sessions, one after the other, on one process: what it holds of those that are over must not grow, and neither
 * must the write-ahead log. Some pages wait and go away in the middle of it.
 */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openLab } from './lab.ts'

export interface MemoryReport {
  sessions: number
  /** Megabytes of the process after each fifth of the sessions. */
  resident: number[]
  /** The longest the write-ahead log has been, in megabytes. */
  log: number
}

const CLIENTS = 16
const MEGABYTE = 1024 * 1024

/** Linux: of the process's own account. */
const residentMegabytes = (pid: number): number =>
  Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024)

export async function passThrough(sessions: number): Promise<MemoryReport> {
  await using lab = await openLab({ settings: { NOD_DEVICE_SECONDS: '3' } })
  const body = new URLSearchParams({ ...lab.television, scope: 'openid' })
  const report: MemoryReport = { sessions: 0, resident: [], log: 0 }
  let begun = 0
  const client = async (): Promise<void> => {
    while (begun++ < sessions) {
      const answer = await fetch(`${lab.issuer}/device_authorization`, { method: 'POST', body })
      const { session_id, poll_secret } = (await answer.json()) as Record<string, string>
      if (begun % 10 === 0) {
        const headers = { authorization: `Bearer ${poll_secret}` }
        const signal = AbortSignal.timeout(20)
        await fetch(`${lab.issuer}/v1/sessions/${session_id}?after=1&wait=20`, { headers, signal }).catch(() => {})
      }
      if (++report.sessions % Math.ceil(sessions / 5) === 0) report.resident.push(residentMegabytes(lab.gateway.pid!))
      const log = statSync(join(lab.data, 'nod.db-wal')).size / MEGABYTE
      report.log = Math.max(report.log, Math.round(log * 10) / 10)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  return report
}
