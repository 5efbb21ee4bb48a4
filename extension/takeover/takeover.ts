/**
 * The content script of a linked gateway's page for a scanned code, `/q#…`: hands the code to the background once somebody
 * looks at the page, and tells the page how far that is. Decides nothing; the page is the gateway's, and is told no secret.
 */
import { TAKEOVER, TAKEOVER_OPEN, type Takeover } from '../../shared/protocol/takeover.ts'
import { TICKET } from '../../shared/protocol/ticket.ts'
import type { Runtime } from '../browser.ts'
import type { FromGatewayPage, ToGatewayPage } from '../messages.ts'
import { browser } from '../page-browser.ts'
import type { PortName } from '../ports.ts'

/** Milliseconds after which the page goes on by itself. */
const PATIENCE_MS = 10_000

let port: Runtime.Port | null = null
/** What the page was opened with, until it is seen. */
let wanted: string | null = null
let timer: ReturnType<typeof setTimeout> | undefined

function tellPage(state: Takeover | null): void {
  clearTimeout(timer)
  if (state === null) document.documentElement.removeAttribute(TAKEOVER)
  else document.documentElement.setAttribute(TAKEOVER, state)
}

function send(message: FromGatewayPage): void {
  if (!port) {
    port = browser.runtime.connect({ name: 'takeover' satisfies PortName })
    port.onMessage.addListener((message) => hear(message as ToGatewayPage))
    port.onDisconnect.addListener(() => {
      port = null
      if (isTaking()) tellPage(null)
    })
  }
  port.postMessage(message)
}

const isTaking = (): boolean => document.documentElement.getAttribute(TAKEOVER) === 'taking'

function hear({ type }: ToGatewayPage): void {
  if (type === 'over') tellPage('over')
  else if (isTaking()) tellPage(type === 'taken' ? 'taken' : null)
}

/** Before the page's own script reads the address, which then leaves it. */
function begin(): void {
  const ticket = location.hash.slice(1)
  if (!TICKET.test(ticket)) return
  wanted = ticket
  tellPage('taking')
  take()
}

/** Once it is seen: a page that is only prepared, or in a tab behind others, has been opened by nobody yet. */
function take(): void {
  if (wanted === null || document.visibilityState !== 'visible') return
  timer = setTimeout(() => tellPage(null), PATIENCE_MS)
  send({ type: 'take', ticket: wanted })
  wanted = null
}

/** Only a press of the person's own, which no script of any page can make. */
function pressed(event: MouseEvent): void {
  const button = event.target instanceof Element ? event.target.closest(`[${TAKEOVER_OPEN}]`) : null
  if (button && event.isTrusted) send({ type: 'open' })
}

if (window.top === window) {
  addEventListener('hashchange', begin)
  document.addEventListener('visibilitychange', take)
  addEventListener('click', pressed, { capture: true })
  begin()
}
