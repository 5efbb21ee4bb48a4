/**
 * Everything that the parts of the extension say to each other: who may send what to the background, in which form, and
 * what the background says to a widget. State is not sent: pages read it from state.ts. Knows no browser API.
 */
import * as v from 'valibot'
import type { PanelStatus } from '../shared/client/page-session.ts'
import { TICKET } from '../shared/protocol/ticket.ts'
import type { QrDrawing } from '../shared/ui/qr-matrix.ts'
import { MOST_CODES, PORTS, type PortName, type Role } from './ports.ts'

const text = (most: number) => v.pipe(v.string(), v.maxLength(most))
const nothing = v.strictObject({})
const issuer = text(300)
const account_id = text(64)
const claim_id = text(64)
const claim_ref = v.strictObject({ account_id, claim_id })

/** What is set, is set on either page. */
const SETTINGS = ['options', 'welcome'] as const

/** Requests to the background: which of our pages may make them, and what they carry. */
export const REQUESTS = {
  add_gateway: { from: SETTINGS, input: v.strictObject({ issuer }) },
  remove_gateway: { from: ['options'], input: v.strictObject({ issuer }) },
  start_link: { from: SETTINGS, input: v.strictObject({ issuer }) },
  cancel_link: { from: SETTINGS, input: nothing },
  make_default: { from: SETTINGS, input: v.strictObject({ account_id }) },
  unlink: { from: SETTINGS, input: v.strictObject({ account_id }) },
  forget_ended: { from: SETTINGS, input: v.strictObject({ issuer, sub: text(64) }) },
  refresh_sites: { from: SETTINGS, input: nothing },
  switch_site: { from: SETTINGS, input: v.strictObject({ issuer, client_id: text(64), on: v.boolean() }) },
  // Whom a code is taken for: `account_id` where that one is at the code's gateway, and the default one there otherwise.
  scan_tab: { from: ['popup'], input: v.strictObject({ tab_id: v.pipe(v.number(), v.integer()), account_id }) },
  sign_in_here: { from: ['popup'], input: v.strictObject({ tab_id: v.pipe(v.number(), v.integer()), account_id }) },
  claim_scanned: {
    from: ['popup', 'scan'],
    input: v.strictObject({
      texts: v.pipe(v.array(text(4096)), v.maxLength(MOST_CODES)),
      account_id,
      /** Out of a picture that somebody has, and not by a camera. */
      carried: v.optional(v.boolean()),
    }),
  },
  claim_entered: { from: ['popup', 'scan'], input: v.strictObject({ text: text(1000), account_id }) },
  put_reading_away: { from: ['popup'], input: nothing },
  use_camera: { from: ['scan'], input: v.strictObject({ device_id: text(300) }) },
  decide: {
    from: ['popup', 'scan'],
    input: v.strictObject({
      account_id,
      claim_id,
      decision: v.picklist(['approve', 'deny']),
      number: v.optional(text(8)),
      report: v.optional(v.boolean()),
    }),
  },
  release: { from: ['popup', 'scan'], input: claim_ref },
  report: { from: ['popup', 'scan'], input: claim_ref },
  open_card: { from: ['popup', 'scan'], input: claim_ref },
  dismiss: { from: ['popup', 'scan'], input: claim_ref },
  open_overview: { from: ['popup'], input: v.strictObject({ account_id }) },
  sign_out: { from: ['popup'], input: v.strictObject({ account_id, session_id: text(64) }) },
  unfold_page: { from: ['popup'], input: v.strictObject({ tab_id: v.pipe(v.number(), v.integer()) }) },
  renew_page: { from: ['popup'], input: v.strictObject({ tab_id: v.pipe(v.number(), v.integer()) }) },
} as const satisfies Record<string, { from: readonly Role[]; input: v.GenericSchema }>

export type RequestName = keyof typeof REQUESTS
export type RequestInput<N extends RequestName> = v.InferOutput<(typeof REQUESTS)[N]['input']>
export type AnyRequest = { [N in RequestName]: { name: N; input: RequestInput<N> } }[RequestName]

/** Errors travel as data: an Error subclass does not survive the structured clone. `values` fill the text's places. */
export interface Problem {
  code: string
  description?: string
  values?: Record<string, string>
}
export type Outcome = { ok: true } | { ok: false; problem: Problem }

/** From a widget. `view_id` tells this document from an earlier one of the same tab. */
export const FromWidget = v.variant('type', [
  v.strictObject({ type: v.literal('hello'), view_id: v.pipe(v.string(), v.uuid()) }),
  v.strictObject({ type: v.literal('again') }),
  v.strictObject({ type: v.literal('expelled') }),
  /** The page's own router: perhaps this is no login page any more, or another site's. */
  v.strictObject({ type: v.literal('moved') }),
  v.strictObject({ type: v.literal('fold'), folded: v.boolean() }),
  v.strictObject({ type: v.literal('ping') }),
])
export type FromWidget = v.InferOutput<typeof FromWidget>

/** To a widget: whether to show at all, and what. Never a secret of the session, and never where it leads. */
export type ToWidget =
  | { type: 'not_here' }
  | { type: 'site'; name: string; mount?: string; folded: boolean }
  | { type: 'unfold' }
  | { type: 'status'; status: PanelStatus; drawing?: QrDrawing }

/** From a linked gateway's page for a scanned code: to take its code over, or to bring the popup to the front. */
export const FromGatewayPage = v.variant('type', [
  v.strictObject({ type: v.literal('take'), ticket: v.pipe(v.string(), v.regex(TICKET)) }),
  v.strictObject({ type: v.literal('open') }),
])
export type FromGatewayPage = v.InferOutput<typeof FromGatewayPage>

/** To that page. */
export interface ToGatewayPage {
  type: 'taken' | 'not_taken' | 'over'
}

/** The part of the browser's sender object that says who speaks. */
export interface Sender {
  id?: string
  url?: string
  origin?: string
  frameId?: number
  tab?: { id?: number }
}

/** What this extension is called by the browser: `runtime.id` and `runtime.getURL('')`. */
export interface Self {
  id: string
  base: string
}

/** Who sent this, by the browser's word alone; null for whatever is none of ours. */
export function roleOf(sender: Sender, self: Self): Role | null {
  if (sender.id !== self.id || sender.url === undefined) return null
  const origin = self.base.replace(/\/$/, '')
  if (sender.url.startsWith(self.base)) {
    if (sender.origin !== undefined && sender.origin !== origin) return null
    const page = /^(popup|scan|options|welcome)\.html(?:[?#]|$)/.exec(sender.url.slice(self.base.length))?.[1]
    return (page as Role | undefined) ?? null
  }
  const in_top_frame = sender.frameId === 0 && sender.tab?.id !== undefined
  return in_top_frame && /^https?:/.test(sender.url) && sender.origin !== origin ? 'widget' : null
}

/** A message as one of the table's requests, or null when it is malformed or its sender may not make it. */
export function readRequest(message: unknown, sender: Sender, self: Self): AnyRequest | null {
  const envelope = v.safeParse(v.strictObject({ name: v.string(), input: v.unknown() }), message)
  if (!envelope.success || !Object.hasOwn(REQUESTS, envelope.output.name)) return null
  const name = envelope.output.name as RequestName
  const role = roleOf(sender, self)
  if (role === null || !(REQUESTS[name].from as readonly Role[]).includes(role)) return null
  const input = v.safeParse(REQUESTS[name].input, envelope.output.input)
  return input.success ? ({ name, input: input.output } as AnyRequest) : null
}

/** The kind of port this is, or null when its opener may not open it. */
export function readPort(name: string, sender: Sender, self: Self): PortName | null {
  if (!Object.hasOwn(PORTS, name)) return null
  const role = roleOf(sender, self)
  return role !== null && (PORTS[name as PortName] as readonly Role[]).includes(role) ? (name as PortName) : null
}
