/**
 * What may be registered for a client: every fault of a registration at once, each with its mend. Pure; a fault names the
 * member, and who asked translates that into the words it was asked in.
 */
import { parseNetwork } from './address.ts'
import type { Registration } from './clients.ts'
import { loginMatchFault, originFault } from './origins.ts'
import { redirectUriFault, webUriFault } from './redirect-uris.ts'
import { OFFLINE_ACCESS, SCOPES } from './scopes.ts'

export interface RegistrationFault {
  member: keyof Registration
  /** The one value of several that is wrong. */
  value?: string
  problem: string
}

/** What a client is until somebody says otherwise. */
export const BLANK: Registration = {
  name: '',
  redirect_uris: [],
  origins: [],
  login_matches: [],
  start_uri: null,
  mount: null,
  logo_uri: null,
  confirm: 'number',
  native: false,
  device_grant: false,
  hold_seconds: null,
  id_token_signed_response_alg: 'RS256',
  jwks: null,
  jwks_uri: null,
  post_logout_redirect_uris: [],
  backchannel_logout_uri: null,
  pkce: true,
  offline_access: false,
  device_offline_access: false,
  initiator: 'any',
  allowed_networks: [],
  scopes: [],
}

/** Seconds; browsers and proxies give up on an answer that is held longer. */
const MOST_HOLD = 24

const MOST_NAME = 100
const MOST_SELECTOR = 300

/** Members of a JWK that only its owner may know (RFC 7518 §6). */
const PRIVATE_JWK_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

export function registrationFaults(asked: Registration): RegistrationFault[] {
  const { origins } = asked
  const faults: RegistrationFault[] = []
  const check = (member: keyof Registration, problem: string | null, value?: string): void => {
    if (problem !== null) faults.push({ member, problem, ...(value !== undefined && { value }) })
  }
  const checkEach = (
    member: keyof Registration,
    values: readonly string[],
    faultOf: (value: string) => string | null,
  ) => {
    for (const value of values) check(member, faultOf(value), value)
  }
  const checkText = (member: keyof Registration, value: string | null, faultOf: (value: string) => string | null) => {
    if (value !== null) check(member, faultOf(value), value)
  }

  check('name', nameFault(asked.name))
  if (asked.redirect_uris.length === 0 && !asked.device_grant)
    check('redirect_uris', 'is missing: say to which address of the site people come back')
  checkEach('redirect_uris', asked.redirect_uris, redirectUriFault)
  checkEach('origins', origins, originFault)
  checkEach('login_matches', asked.login_matches, (pattern) => loginMatchFault(pattern, origins))
  checkText('start_uri', asked.start_uri, (uri) => startUriFault(uri, origins))
  checkText('mount', asked.mount, (selector) =>
    selector.length > MOST_SELECTOR ? 'is longer than 300 characters' : null,
  )
  checkText('logo_uri', asked.logo_uri, webUriFault)
  if (asked.hold_seconds !== null && asked.hold_seconds > MOST_HOLD)
    check('hold_seconds', 'must be below 25', String(asked.hold_seconds))
  check('jwks', jwksFault(asked.jwks))
  checkText('jwks_uri', asked.jwks_uri, webUriFault)
  if (asked.jwks && asked.jwks_uri !== null) check('jwks_uri', 'and keys in a file exclude each other: say one of them')
  checkEach('post_logout_redirect_uris', asked.post_logout_redirect_uris, webUriFault)
  checkText('backchannel_logout_uri', asked.backchannel_logout_uri, webUriFault)
  if (asked.device_offline_access && !(asked.device_grant && asked.offline_access))
    check('device_offline_access', 'is nothing without the device grant and offline access: say those too')
  checkEach('allowed_networks', asked.allowed_networks, (network) =>
    parseNetwork(network) ? null : 'is no address or network: write 10.0.0.5 or 10.0.0.0/8',
  )
  checkEach('scopes', asked.scopes, scopeFault)
  if (asked.initiator === 'extension') {
    if (asked.start_uri === null)
      check('initiator', 'extension is nothing without the address it starts from: say that')
    if (asked.device_grant)
      check('initiator', 'extension and the device grant exclude each other: leave out one of them')
  }
  return faults
}

function scopeFault(scope: string): string | null {
  if (scope === OFFLINE_ACCESS) return 'is not given by this flag but by --offline-access'
  return SCOPES.some((known) => known === scope) ? null : `is not known here: there are ${SCOPES.join(', ')}`
}

/** A name is shown to people who decide by it: nothing in it may hide or turn its letters. */
function nameFault(name: string): string | null {
  if (name === '') return 'is missing: say what people know the site as'
  if (name.length > MOST_NAME) return `is longer than ${MOST_NAME} characters`
  if (name !== name.trim()) return 'must not begin or end with a blank'
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name) ? 'must not have invisible or direction-changing characters' : null
}

function startUriFault(uri: string, origins: readonly string[]): string | null {
  const fault = webUriFault(uri)
  if (fault) return fault
  return origins.includes(new URL(uri).origin) ? null : 'must be on one of the origins of the client: register that too'
}

function jwksFault(jwks: { keys: object[] } | null): string | null {
  if (jwks === null) return null
  if (jwks.keys.length === 0) return 'has no keys'
  const is_private = jwks.keys.some((key) => PRIVATE_JWK_MEMBERS.some((member) => member in key))
  return is_private ? 'has private keys, which are nobody else’s business: give the public ones' : null
}
