/**
 * The widget's line to the background, kept up through the worker's death. All network is at the other end; this end
 * only hears what to show.
 */
import type { Runtime } from '../browser.ts'
import type { FromWidget, ToWidget } from '../messages.ts'
import { browser } from '../page-browser.ts'
import { PING_SECONDS, type PortName } from '../ports.ts'

const RECONNECT_MS = { least: 300, most: 5000 }

export interface Connection {
  send(message: FromWidget): void
}

export interface ConnectionHandlers {
  onMessage(message: ToWidget): void
  /** For good: the extension was removed or replaced under the page. */
  onLost(): void
  /** Whether something is going on that the worker should be kept alive and woken again for. */
  isWaiting(): boolean
}

/** Connected until the signal ends it, which tells the background that this page no longer waits. */
export function connect(handlers: ConnectionHandlers, signal: AbortSignal): Connection {
  // The same for each reconnection, so that the background finds the session that this page already has.
  const view_id = crypto.randomUUID()
  let port: Runtime.Port | null = null
  let wait = RECONNECT_MS.least
  let timer: ReturnType<typeof setTimeout> | undefined

  const send = (message: FromWidget): void => {
    if (!port) open()
    port?.postMessage(message)
  }

  function open(): void {
    clearTimeout(timer)
    if (signal.aborted) return
    if (browser.runtime?.id === undefined) {
      handlers.onLost()
      return
    }
    port = browser.runtime.connect({ name: 'page' satisfies PortName })
    port.onMessage.addListener((message) => {
      wait = RECONNECT_MS.least
      if (!signal.aborted) handlers.onMessage(message as ToWidget)
    })
    port.onDisconnect.addListener(() => {
      port = null
      if (signal.aborted || !handlers.isWaiting()) return
      timer = setTimeout(open, wait)
      wait = Math.min(wait * 2, RECONNECT_MS.most)
    })
    port.postMessage({ type: 'hello', view_id } satisfies FromWidget)
  }

  const ping = (): void => {
    if (port && handlers.isWaiting()) send({ type: 'ping' })
  }
  const pinging = setInterval(ping, PING_SECONDS * 1000)
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    clearInterval(pinging)
    port?.disconnect()
  })
  open()
  return { send }
}
