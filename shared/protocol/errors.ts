/**
 * Every error the gateway can answer: its status, what it says, and a hint that says what to do. RFC codes where an RFC
 * has one. What is private about a failure goes to the log with the request id, never into this table's texts.
 */

interface ErrorEntry {
  status: number
  description: string
  /** What the reader can do about it; sent as a second sentence of `error_description`. */
  hint?: string
}

/** Pages that only need the close codes shall not carry the table. @__NO_SIDE_EFFECTS__ */
const entry = (status: number, description: string, hint?: string): ErrorEntry =>
  hint === undefined ? { status, description } : { status, description, hint }

export const ERRORS = {
  // RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6
  invalid_request: entry(400, 'The request is malformed.'),
  invalid_client: entry(401, 'Client authentication failed.'),
  invalid_grant: entry(400, 'The code or token is unknown, used, expired, or was issued to another client.'),
  unauthorized_client: entry(
    400,
    'This client may not use this grant.',
    'Register it for the grant with `nod client update`.',
  ),
  unsupported_grant_type: entry(400, 'This grant type is not supported.'),
  unsupported_response_type: entry(400, 'Only response_type=code is supported.'),
  unsupported_response_mode: entry(400, 'Only response_mode=query is supported.'),
  invalid_scope: entry(400, 'The scope must contain openid, and on refreshing nothing that was not granted.'),
  access_denied: entry(400, 'The request was denied.'),
  login_required: entry(400, 'There is no single sign-on; the person has to scan.', 'Leave out prompt=none.'),
  unmet_authentication_requirements: entry(400, 'The requested authentication context cannot be given.'),
  request_not_supported: entry(400, 'Request objects are not supported.'),
  request_uri_not_supported: entry(
    400,
    'Request objects by reference are not supported.',
    'Push the request here (RFC 9126) and bring the request_uri that comes of it.',
  ),
  invalid_request_uri: entry(
    400,
    'The request_uri is unknown, used or expired.',
    'Go back to the site and start again.',
  ),
  registration_not_supported: entry(400, 'The registration parameter is not supported.'),
  server_error: entry(500, 'Something went wrong here.', 'The request_id finds it in the log.'),
  temporarily_unavailable: entry(503, 'The gateway cannot do this right now.', 'Try again in a moment.'),
  // RFC 8628 §3.5
  authorization_pending: entry(400, 'The person has not answered yet.'),
  slow_down: entry(400, 'Polling too fast.', 'Wait five more seconds between polls.'),
  expired_token: entry(400, 'The device code has expired.', 'Start again.'),
  // RFC 6750 §3.1
  invalid_token: entry(401, 'The access token is unknown, expired or revoked.'),
  insufficient_scope: entry(403, 'The access token does not cover this.'),
  // Where no RFC has one
  invalid_redirect_uri: entry(
    400,
    'The redirect_uri is not one that this client registered.',
    'It must match byte for byte.',
  ),
  unknown_client: entry(400, 'The client_id is not known here.'),
  not_found: entry(404, 'There is nothing here.'),
  method_not_allowed: entry(405, 'This address does not take that method.'),
  not_acceptable: entry(406, 'This address cannot answer in a form that was asked for.'),
  payload_too_large: entry(413, 'The body is larger than 16 KB.'),
  unsupported_media_type: entry(415, 'The body has the wrong content type.', 'Send application/json.'),
  too_many_requests: entry(429, 'Too many requests.', 'Wait as long as Retry-After says.'),
  unauthorized: entry(401, 'The credentials are missing or not valid here.'),
  sign_in_required: entry(401, 'Nobody is signed in on this device.', 'Sign in first.'),
  sign_in_failed: entry(401, 'The user name or the password is not right.'),
  fresh_sign_in_required: entry(403, 'This needs a sign-in of the last five minutes.', 'Sign in again.'),
  device_required: entry(
    403,
    'This browser is signed in but not enrolled as a device.',
    'Enrol its key with POST /v1/devices.',
  ),
  forbidden_origin: entry(403, 'This request did not come from a page of the gateway.'),
  origin_mismatch: entry(
    403,
    'The code was shown on a page that belongs to neither the site nor the gateway.',
    'Do not continue: somebody passed a code on.',
  ),
  wrong_account: entry(403, 'This sign-in is for another account.'),
  network_not_allowed: entry(
    403,
    'This site takes sign-ins from certain networks only, and this is not one of them.',
    'Use a network that the site allows, or ask whoever runs the site.',
  ),
  extension_required: entry(
    403,
    'This site takes sign-ins only from a browser whose extension is linked to the account.',
    'Link the extension, and start from the login page of the site.',
  ),
  origin_not_registered: entry(
    403,
    'This origin is not registered for the client.',
    'Add it with `nod client update CLIENT --origin ORIGIN`.',
  ),
  session_not_found: entry(404, 'There is no such session.'),
  session_claimed: entry(409, 'Another account is already answering this session.'),
  session_over: entry(410, 'This session has come to an end.', 'Ask the page for a new code.'),
  session_conflict: entry(409, 'The session has moved on; this is no longer possible.'),
  ticket_expired: entry(410, 'This code has been replaced by a newer one.', 'Scan the code that is on the page now.'),
  claim_not_found: entry(404, 'There is no such claim.'),
  already_decided: entry(409, 'This has already been answered.'),
  invalid_decision: entry(401, 'The decision is not validly signed for this claim.'),
  number_required: entry(400, 'The number shown on the page is missing.'),
  number_mismatch: entry(403, 'The number was wrong; the sign-in has been denied.'),
  registration_closed: entry(403, 'No accounts can be made here.', 'Ask whoever runs this gateway for one.'),
  invite_required: entry(403, 'Accounts are made by invitation here.', 'Ask whoever runs this gateway for a link.'),
  invite_over: entry(410, 'This invitation has been used or has expired.', 'Ask for another one.'),
  invalid_username: entry(400, 'This cannot be a user name.'),
  username_taken: entry(409, 'There is an account of this name, or of one that looks like it.', 'Choose another.'),
  invalid_password: entry(400, 'A password has 8 to 1024 bytes.'),
  wrong_password: entry(403, 'The current password is not right.'),
  invalid_proof: entry(400, 'The proof of the device key is not valid.'),
  device_not_found: entry(404, 'There is no such device.'),
  too_many_devices: entry(409, 'The account has 50 devices, the most there can be.', 'Remove one first.'),
  invalid_passkey: entry(400, 'The passkey could not be verified.', 'Ask for new options and try again.'),
  passkey_not_found: entry(404, 'There is no such passkey.'),
  too_many_passkeys: entry(409, 'The account has 20 passkeys, the most there can be.', 'Remove one first.'),
  last_factor: entry(409, 'Without this the account could not sign in any more.', 'Add another passkey first.'),
  passkey_required: entry(
    400,
    'This site asks for a passkey with each approval.',
    'Send an assertion over what was shown beside the decision; nothing has been decided.',
  ),
  passkey_failed: entry(403, 'The passkey did not confirm this request; nothing has been approved.'),
  link_not_found: entry(404, 'There is no such link.'),
  link_over: entry(410, 'This link has been used or has expired.', 'Start linking again in the extension.'),
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof ERRORS

/** The one wire shape, over HTTP. `error_uri` and extra members only where a route documents them. */
export interface WireError {
  error: ErrorCode
  error_description: string
  error_uri?: string
  request_id: string
}

/** WebSocket close codes; 1012 is the RFC 6455 registry's "service restart". */
export const CLOSE = {
  bad_message: 4400,
  unauthorized: 4401,
  no_first_message: 4408,
  session_over: 4410,
  too_many: 4429,
  restarting: 1012,
} as const
