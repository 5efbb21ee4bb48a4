/**
 * The flags of `nod client`, each once: what it is called, which member of a registration it sets, what it means. Reads
 * them into a registration and says every fault in their words.
 */
import { readFileSync } from 'node:fs'
import type { ParseArgsConfig } from 'node:util'
import type { Registration } from '../clients.ts'
import { registrationFaults } from '../registration.ts'

interface Flag {
  member: keyof Registration
  /** What stands for its value in the help; undefined for a flag without one. */
  value?: string
  /** May be given more than once; there is a `--remove-…` of it. */
  repeats?: true
  meaning: string
  /** Throws an Error that says what the value must be. An empty text takes the value away. */
  set(asked: Registration, text: string): void
}

type MembersOf<T> = { [K in keyof Registration]: Registration[K] extends T ? K : never }[keyof Registration]
type TextMember = 'start_uri' | 'mount' | 'logo_uri' | 'jwks_uri' | 'backchannel_logout_uri'

const text = (member: TextMember, value: string, meaning: string): Flag => ({
  member,
  value,
  meaning,
  set(asked, given) {
    asked[member] = given || null
  },
})

const list = (member: MembersOf<string[]>, value: string, meaning: string): Flag => ({
  member,
  value,
  meaning,
  repeats: true,
  set(asked, given) {
    if (!asked[member].includes(given)) asked[member] = [...asked[member], given]
  },
})

const choice = <M extends 'confirm' | 'initiator' | 'id_token_signed_response_alg'>(
  member: M,
  choices: readonly Registration[M][],
  meaning: string,
): Flag => ({
  member,
  value: choices.join('|'),
  meaning,
  set(asked, given) {
    const chosen = choices.find((known) => known === given)
    if (!chosen) throw new Error(`must be one of ${choices.join(', ')}`)
    asked[member] = chosen
  },
})

const onOff = (member: MembersOf<boolean>, meaning: string): Flag => ({
  member,
  meaning,
  set(asked, given) {
    asked[member] = given === 'true'
  },
})

const FLAGS: Readonly<Record<string, Flag>> = {
  name: {
    member: 'name',
    value: 'NAME',
    meaning: 'what people know the site as; they see it when they approve',
    set(asked, given) {
      asked.name = given
    },
  },
  'redirect-uri': list('redirect_uris', 'URI', 'where people come back to, byte for byte as the site will send it'),
  origin: list('origins', 'ORIGIN', 'origin of a page that may show the code, such as https://shop.example'),
  'start-uri': text('start_uri', 'URI', 'the address behind the site’s own "Sign in" link'),
  'login-match': list('login_matches', 'PATTERN', 'where the login pages are (default: all of ORIGIN/*)'),
  mount: text('mount', 'SELECTOR', 'CSS selector of the element that takes the code (default: beside the form)'),
  'logo-uri': text('logo_uri', 'URI', 'picture beside the name'),
  confirm: choice('confirm', ['tap', 'number', 'passkey'], 'what approving takes (default: number)'),
  initiator: choice(
    'initiator',
    ['any', 'extension', 'backend'],
    'who may start a sign-in: anybody, a linked extension, the site’s server by pushed requests (default: any)',
  ),
  'allowed-network': list(
    'allowed_networks',
    'CIDR',
    'where pages may ask and devices answer from (default: anywhere)',
  ),
  scope: list('scopes', 'SCOPE', 'what it may know of people; openid alone is only who they are (default: all)'),
  native: onOff('native', 'an application that listens on a loopback port: any port will do'),
  'device-grant': onOff('device_grant', 'may use the device grant (RFC 8628)'),
  pkce: onOff('pkce', 'must use PKCE (default); --no-pkce lets a client that can show who it is leave it out'),
  'offline-access': onOff('offline_access', 'may have refresh tokens, when its scope asks for offline_access'),
  'device-offline-access': onOff('device_offline_access', 'may have them from the device grant too'),
  hold: {
    member: 'hold_seconds',
    value: 'SECONDS',
    meaning: 'how long a device grant poll is held (default: NOD_HOLD_SECONDS)',
    set(asked, given) {
      if (!/^(|[1-9]\d?)$/.test(given)) throw new Error('must be a whole number of seconds, 1 to 24')
      asked.hold_seconds = given === '' ? null : Number(given)
    },
  },
  alg: choice('id_token_signed_response_alg', ['RS256', 'ES256'], 'how its id_tokens are signed (default: RS256)'),
  jwks: {
    member: 'jwks',
    value: 'FILE',
    meaning: 'its public keys, instead of a secret',
    set(asked, given) {
      asked.jwks = given === '' ? null : readJwks(given)
    },
  },
  'jwks-uri': text('jwks_uri', 'URI', 'where its public keys are, instead of a secret'),
  'post-logout-redirect-uri': list('post_logout_redirect_uris', 'URI', 'where people may be sent after logging out'),
  'backchannel-logout-uri': text(
    'backchannel_logout_uri',
    'URI',
    'where the site is told that somebody was logged out',
  ),
}

function readJwks(file: string): { keys: object[] } {
  let jwks: Partial<{ keys: unknown }>
  try {
    jwks = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new Error('cannot be read as JSON: does the file exist, and is it a JWK Set?')
  }
  if (!Array.isArray(jwks?.keys) || !jwks.keys.every((key) => typeof key === 'object' && key !== null))
    throw new Error('is not a JWK Set: it must be {"keys": […]}')
  return { keys: jwks.keys }
}

/** For node:util's parseArgs. `removing`: also take `--remove-…` of what may be given more than once. */
export function flagOptions(removing: boolean): NonNullable<ParseArgsConfig['options']> {
  const options: NonNullable<ParseArgsConfig['options']> = {}
  for (const [name, { value, repeats }] of Object.entries(FLAGS)) {
    options[name] = { type: value === undefined ? 'boolean' : 'string', ...(repeats && { multiple: true }) }
    if (removing && repeats) options[`remove-${name}`] = { type: 'string', multiple: true }
  }
  return options
}

type Given = Record<string, string | boolean | (string | boolean)[] | undefined>

/** The registration with the flags applied, and what is wrong with it: one line for each fault, with its mend. */
export function applyFlags(before: Registration, given: Given): { asked: Registration; faults: string[] } {
  const asked = { ...before }
  const faults: string[] = []
  const each = (name: string): string[] => [given[name] ?? []].flat().map(String)
  for (const [name, { member, set, repeats }] of Object.entries(FLAGS)) {
    if (repeats) {
      const unwanted = each(`remove-${name}`)
      const listed = before[member] as string[]
      for (const value of unwanted)
        if (!listed.includes(value)) faults.push(`--remove-${name} ${value} is not registered`)
      Object.assign(asked, { [member]: listed.filter((value) => !unwanted.includes(value)) })
    }
    for (const value of each(name)) {
      try {
        set(asked, value)
      } catch (error) {
        faults.push(`--${name} ${value} ${(error as Error).message}`)
      }
    }
  }
  const nameOf = (member: string): string => Object.keys(FLAGS).find((name) => FLAGS[name]!.member === member)!
  for (const { member, value, problem } of registrationFaults(asked))
    faults.push([`--${nameOf(member)}`, value, problem].filter(Boolean).join(' '))
  return { asked, faults }
}

/** One line a flag; `more` are those that set nothing by themselves. */
export function flagHelp(more: readonly (readonly [string, string])[]): string {
  const lines = [
    ...Object.entries(FLAGS).map(([name, { value = '', meaning, repeats }]) => [
      `--${name} ${value}`.trim(),
      repeats ? `${meaning}; repeats` : meaning,
    ]),
    ...more,
  ]
  const width = Math.max(...lines.map(([head]) => head!.length))
  return lines.map(([head, meaning]) => `  ${head!.padEnd(width)}  ${meaning}`).join('\n')
}
