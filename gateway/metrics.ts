/**
 * What an operator watches, counted while it happens; no figure names a person, a session or an address. The one door to
 * prom-client. While nobody asked for metrics, counting does nothing.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What the gateway's parts tell of. */
export interface Counted {
  /** `seconds` that an answer took, a held one with the time it was held. */
  answered(request: { method: string; route: string; status: number }, seconds: number): void
  /** A request was refused with this error. */
  refused(error: string): void
  /** A session has come into this state. */
  reached(state: string): void
}

export interface Metrics extends Counted {
  /** Everything counted so far, in the text format of Prometheus. */
  text(): Promise<string>
  readonly content_type: string
}

/** Read when somebody asks. */
export interface Readings {
  /** Pages, devices and polls that wait for an answer. */
  waiting(): number
  sockets(): number
}

/** Seconds; the last ones are those of held answers. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30]

export function createMetrics(readings: Readings): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'nod_http_request_seconds',
    help: 'How long answers took, by route; held answers with the time they were held.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers,
  })
  const refusals = new Counter({
    name: 'nod_refusals_total',
    help: 'Requests that were refused, by error.',
    labelNames: ['error'],
    registers,
  })
  const sessions = new Counter({
    name: 'nod_sessions_total',
    help: 'Sessions that have come into a state.',
    labelNames: ['state'],
    registers,
  })
  new Gauge({
    name: 'nod_waiting',
    help: 'Pages, devices and polls that wait for an answer now.',
    registers,
    collect() {
      this.set(readings.waiting())
    },
  })
  new Gauge({
    name: 'nod_sockets',
    help: 'Open WebSockets.',
    registers,
    collect() {
      this.set(readings.sockets())
    },
  })
  return {
    answered: (labels, seconds) => requests.observe({ ...labels, status: `${labels.status}` }, seconds),
    refused: (error) => refusals.inc({ error }),
    reached: (state) => sessions.inc({ state }),
    text: () => registry.metrics(),
    content_type: registry.contentType,
  }
}

export const countNothing: Counted = {
  answered() {},
  refused() {},
  reached() {},
}
