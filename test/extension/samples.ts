/** One message of each kind that the extension knows, well-formed. Typed by its tables, so a new kind must be added. */
import type { FromWidget, RequestName, ToWidget } from '../../extension/messages.ts'

export const REQUEST_SAMPLES: { [N in RequestName]: unknown } = {
  add_gateway: { issuer: 'https://nod.example' },
  remove_gateway: { issuer: 'https://nod.example' },
  start_link: { issuer: 'https://nod.example' },
  cancel_link: {},
  make_default: { account_id: 'a' },
  unlink: { account_id: 'a' },
  forget_ended: { issuer: 'https://nod.example', sub: 's' },
  refresh_sites: {},
  switch_site: { issuer: 'https://nod.example', client_id: 'shop', on: true },
  scan_tab: { tab_id: 7, account_id: 'a' },
  sign_in_here: { tab_id: 7, account_id: 'a' },
  claim_scanned: { texts: ['https://nod.example/q#…'], account_id: 'a', carried: true },
  claim_entered: { text: 'WDJB-MJHT', account_id: 'a' },
  put_reading_away: {},
  use_camera: { device_id: 'c' },
  decide: { account_id: 'a', claim_id: 'c', decision: 'approve', number: '47' },
  release: { account_id: 'a', claim_id: 'c' },
  report: { account_id: 'a', claim_id: 'c' },
  open_card: { account_id: 'a', claim_id: 'c' },
  dismiss: { account_id: 'a', claim_id: 'c' },
  open_overview: { account_id: 'a' },
  sign_out: { account_id: 'a', session_id: 's' },
  unfold_page: { tab_id: 7 },
  renew_page: { tab_id: 7 },
}

export const FROM_WIDGET_SAMPLES: { [T in FromWidget['type']]: Extract<FromWidget, { type: T }> } = {
  hello: { type: 'hello', view_id: '3b241101-e2bb-4255-8caf-4136c566a962' },
  again: { type: 'again' },
  expelled: { type: 'expelled' },
  moved: { type: 'moved' },
  fold: { type: 'fold', folded: true },
  ping: { type: 'ping' },
}

export const TO_WIDGET_SAMPLES: { [T in ToWidget['type']]: Extract<ToWidget, { type: T }> } = {
  not_here: { type: 'not_here' },
  site: { type: 'site', name: 'A site of the page’s own', folded: true },
  unfold: { type: 'unfold' },
  status: {
    type: 'status',
    status: { kind: 'claimed', match_number: '99', ends_at: 4_000_000_000_000, offline: false },
  },
}
