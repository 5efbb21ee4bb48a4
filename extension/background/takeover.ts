/**
 * The gateway's page for a scanned code, opened in a browser that can answer by itself: by a phone's camera, or a link. The
 * claim is made here, and waits in the popup. Who asks is known by the browser's word alone: no other page than a linked
 * gateway's own, in the tab that somebody looks at. A link may come from anybody, so the card says that it was one.
 */
import * as v from 'valibot'
import { browser, type Runtime } from '../browser.ts'
import { FromGatewayPage, type ToGatewayPage } from '../messages.ts'
import { hostPattern, originOf } from '../origins.ts'
import { read } from '../state.ts'
import { openApprovals } from './attention.ts'
import { inPrivate } from './identity.ts'
import { isOver } from './inbox-items.ts'
import { keepScript } from './scripts.ts'
import { claimOpened } from './taking.ts'

const PATH = '/q'

/** Pages whose request was taken, until it is over. */
const taken = new Map<Runtime.Port, string>()

/** Puts the script into that page of the linked gateways, and into no other page. */
export async function syncTakeover(): Promise<void> {
  const patterns = (await read('accounts')).map(({ issuer }) => hostPattern(issuer).replace(/\/\*$/, PATH))
  await keepScript({ id: 'takeover', js: ['takeover.js'], runAt: 'document_start' }, [...new Set(patterns)])
}

export function openTakeover(port: Runtime.Port): void {
  let last = Promise.resolve()
  port.onMessage.addListener((message) => {
    last = last.then(() => receive(port, message)).catch((error) => console.error('nod:', error))
  })
  port.onDisconnect.addListener(() => taken.delete(port))
}

async function receive(port: Runtime.Port, message: unknown): Promise<void> {
  const parsed = v.safeParse(FromGatewayPage, message)
  const issuer = await gatewayOf(port.sender)
  if (!parsed.success || issuer === null) return tell(port, { type: 'not_taken' })
  if (parsed.output.type === 'open') return openApprovals()
  try {
    taken.set(port, await claimOpened(issuer, parsed.output.ticket))
    tell(port, { type: 'taken' })
  } catch {
    // What is wrong with it, the page finds out and says as it does without us.
    tell(port, { type: 'not_taken' })
  }
}

/** What the browser says of a sender beside its address, where it says it. */
type Sender = Runtime.MessageSender & { origin?: string; documentLifecycle?: string }

/** The linked gateway whose page this is, shown to somebody at this moment; null for every other. */
async function gatewayOf(sender: Sender | undefined): Promise<string | null> {
  const url = URL.parse(sender?.url ?? '')
  const linked = (await read('accounts')).some(({ issuer }) => issuer === url?.origin)
  if (!url || !linked || url.pathname !== PATH) return null
  if ((sender?.origin ?? url.origin) !== url.origin || (sender?.documentLifecycle ?? 'active') !== 'active') return null
  const tab = await browser.tabs.get(sender?.tab?.id ?? -1).catch(() => null)
  const shown = tab?.active === true && tab.incognito === inPrivate() && originOf(tab.url) === url.origin
  return shown ? url.origin : null
}

/** Tells the pages whose request is over, on this device or another. */
export async function leaveTaken(): Promise<void> {
  if (taken.size === 0) return
  const { items } = await read('inbox')
  for (const [port, claim_id] of taken) {
    const item = items.find(({ claim }) => claim.claim_id === claim_id)
    if (item && !isOver(item)) continue
    taken.delete(port)
    tell(port, { type: 'over' })
  }
}

function tell(port: Runtime.Port, message: ToGatewayPage): void {
  // A port whose page has just gone throws.
  try {
    port.postMessage(message)
  } catch {}
}
