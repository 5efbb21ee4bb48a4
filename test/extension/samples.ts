/** One message of each kind that the extension knows, well-formed. Typed by its tables, so a new kind must be added. */
import type { FromWidget, RequestName, ToWidget } from '../../extension/messages.ts'

export const REQUEST_SAMPLES: { [N in RequestName]: unknown } = {
  use_gateway: { issuer: 'https://nod.example' },
  start_link: {},
  cancel_link: {},
  unlink: {},
  refresh_sites: {},
  switch_site: { client_id: 'shop', on: true },
  scan_tab: { tab_id: 7 },
  sign_in_here: { tab_id: 7 },
  claim_scanned: { texts: ['https://nod.example/q#…'], carried: true },
  use_camera: { device_id: 'c' },
  claim_entered: { text: 'WDJB-MJHT' },
  decide: { claim_id: 'c', decision: 'approve', number: '47' },
  release: { claim_id: 'c' },
  report: { claim_id: 'c' },
  open_card: { claim_id: 'c' },
  dismiss: { claim_id: 'c' },
  open_overview: {},
  sign_out: { session_id: 's' },
  renew_page: { tab_id: 7 },
}

export const FROM_WIDGET_SAMPLES: { [T in FromWidget['type']]: Extract<FromWidget, { type: T }> } = {
  hello: { type: 'hello', view_id: '3b241101-e2bb-4255-8caf-4136c566a962' },
  again: { type: 'again' },
  expelled: { type: 'expelled' },
  ping: { type: 'ping' },
}

export const TO_WIDGET_SAMPLES: { [T in ToWidget['type']]: Extract<ToWidget, { type: T }> } = {
  not_here: { type: 'not_here' },
  site: { type: 'site', name: 'A site of the page’s own' },
  status: {
    type: 'status',
    status: { kind: 'claimed', match_number: '99', ends_at: 4_000_000_000_000, offline: false },
  },
}
