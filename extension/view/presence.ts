/** Tells the background that somebody looks, so that what is shown is live. Says nothing else and hears nothing. */
import { browser } from '../browser.ts'
import { PING_SECONDS, type PortName } from '../ports.ts'

const RECONNECT_MS = 300

/** For as long as this page lives; a worker that died is woken again by the new connection. */
export function keepPresent(): void {
  const port = browser.runtime.connect({ name: 'view' satisfies PortName })
  const pinging = setInterval(() => port.postMessage({ type: 'ping' }), PING_SECONDS * 1000)
  port.onDisconnect.addListener(() => {
    clearInterval(pinging)
    setTimeout(keepPresent, RECONNECT_MS)
  })
}
