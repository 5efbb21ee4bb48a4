/**
 * Every setting once: name, default, meaning. The only reader of the environment. All faults are found and told
 * together, each with the variable and the mend. Each setting is also read from the file that NOD_X_FILE names.
 */
import { readFileSync } from 'node:fs'
import { BlockList } from 'node:net'
import { parseNetwork } from './address.ts'
import { openPlaces, type Places } from './places.ts'

interface Setting<T> {
  default: string
  meaning: string
  /** Throws an Error whose message says what is wrong and what would be right. */
  parse(text: string): T
}

const setting = <T>(fallback: string, meaning: string, parse: (text: string) => T): Setting<T> => ({
  default: fallback,
  meaning,
  parse,
})

const seconds = (text: string): number => {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error('must be a whole number of seconds, 1 or more')
  return Number(text)
}

const oneOf =
  <const T extends string>(...choices: T[]) =>
  (text: string): T => {
    const found = choices.find((choice) => choice === text)
    if (!found) throw new Error(`must be one of ${choices.join(', ')}`)
    return found
  }

const port = (text: string): number => {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) throw new Error('must be a port number, 0 to 65535')
  return Number(text)
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

function issuer(text: string): string {
  const url = URL.parse(text)
  if (!url || url.origin !== text)
    throw new Error('must be one origin and nothing more, such as https://nod.example (no slash at the end)')
  if (url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))) return text
  throw new Error('must be https; plain http is for loopback addresses only')
}

function proxies(text: string): BlockList {
  const list = new BlockList()
  for (const item of text.split(/[\s,]+/).filter(Boolean)) {
    const network = parseNetwork(item)
    if (!network) {
      throw new Error(
        `has "${item}", which is no address or network: write 10.0.0.5 or 10.0.0.0/8, separated by commas`,
      )
    }
    list.addSubnet(network.address, network.prefix, network.family)
  }
  return list
}

function listen(text: string): { host: string; port: number } | null {
  if (text === 'off') return null
  const match = /^(.+):(\d{1,5})$/.exec(text)
  if (!match) throw new Error('must be off or ADDRESS:PORT, such as 127.0.0.1:9464')
  return { host: match[1]!, port: port(match[2]!) }
}

const places = (text: string): Places | null => (text === '' ? null : openPlaces(text))

const folder = (text: string): string => {
  if (text === '') throw new Error('must name a folder')
  return text
}

export const SETTINGS = {
  NOD_ISSUER: setting(
    'http://localhost:8787',
    'The one origin under which browsers and sites reach the gateway; unless set, localhost on NOD_PORT.',
    issuer,
  ),
  NOD_HOST: setting('127.0.0.1', 'The address to listen on.', folder),
  NOD_PORT: setting('8787', 'The port to listen on; 0 takes a free one.', port),
  NOD_DATA: setting('./data', 'The folder of the database.', folder),
  NOD_TRUSTED_PROXIES: setting(
    '',
    'Addresses or networks whose X-Forwarded-For is believed, separated by commas.',
    proxies,
  ),
  NOD_GEOIP: setting(
    '',
    'An MMDB file of countries, by which approvers are told from where a sign-in is asked for; read at start.',
    places,
  ),
  NOD_REGISTRATION: setting(
    'closed',
    'Who may make an account: closed, invite or open.',
    oneOf('closed', 'invite', 'open'),
  ),
  NOD_SESSION_SECONDS: setting('180', 'How long a code can be scanned.', seconds),
  NOD_TICKET_SECONDS: setting('30', 'How long one picture of the code stays the current one.', seconds),
  NOD_CLAIM_SECONDS: setting('60', 'How long a person who has scanned can take to answer.', seconds),
  NOD_CODE_SECONDS: setting('60', 'How long the site has to redeem the authorization code.', seconds),
  NOD_DEVICE_SECONDS: setting('600', 'How long the codes of a device grant live (RFC 8628 expires_in).', seconds),
  NOD_HOLD_SECONDS: setting('15', 'How long a device grant poll is held open; below 25.', seconds),
  NOD_METRICS_LISTEN: setting('off', 'ADDRESS:PORT of the metrics listener, or off.', listen),
  NOD_LIMITS: setting(
    'on',
    'Counted limits; off only together with a loopback issuer, for load tests.',
    oneOf('on', 'off'),
  ),
  NOD_LOG_LEVEL: setting(
    'info',
    'trace, debug, info, warn, error or silent.',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
  ),
} as const satisfies Record<string, Setting<unknown>>

type Name = keyof typeof SETTINGS
type Lower<N extends string> = N extends `NOD_${infer Rest}` ? Lowercase<Rest> : never
/** `NOD_SESSION_SECONDS` is `config.session_seconds`, and so on. */
export type Config = { readonly [N in Name as Lower<N>]: ReturnType<(typeof SETTINGS)[N]['parse']> }

export interface ConfigFault {
  variable: string
  problem: string
}

export type Env = Readonly<Record<string, string | undefined>>

/** The process's own environment. */
export const environment: Env = process.env

/** Reads all settings; on faults returns every one of them. */
export function readConfig(
  env: Env = environment,
): { ok: true; config: Config } | { ok: false; faults: ConfigFault[] } {
  const faults: ConfigFault[] = []
  const config: Record<string, unknown> = {}
  for (const name of Object.keys(SETTINGS) as Name[]) {
    try {
      config[name.slice(4).toLowerCase()] = SETTINGS[name].parse(rawSetting(env, name).value)
    } catch (error) {
      faults.push({ variable: name, problem: (error as Error).message })
    }
  }
  faults.push(...unknownSettings(env))
  const read = config as unknown as Config
  if (read.limits === 'off' && read.issuer && !LOOPBACK.test(new URL(read.issuer).hostname)) {
    faults.push({ variable: 'NOD_LIMITS', problem: 'can be off only while NOD_ISSUER is a loopback address' })
  }
  if (read.hold_seconds >= 25) faults.push({ variable: 'NOD_HOLD_SECONDS', problem: 'must be below 25' })
  return faults.length > 0 ? { ok: false, faults } : { ok: true, config: read }
}

/** The text of a setting and where it came from; for `nod config`. Throws when NOD_X_FILE cannot be read. */
export function rawSetting(env: Env, name: Name): { value: string; origin: 'default' | 'environment' | 'file' } {
  const file = env[`${name}_FILE`]
  if (file !== undefined) {
    if (env[name] !== undefined) throw new Error(`is set twice: unset ${name} or ${name}_FILE`)
    try {
      return { value: readFileSync(file, 'utf8').trim(), origin: 'file' }
    } catch {
      throw new Error(`could not be read from ${name}_FILE=${file}: does the file exist, and may this user read it?`)
    }
  }
  const value = env[name]
  if (value !== undefined) return { value, origin: 'environment' }
  return { value: name === 'NOD_ISSUER' ? defaultIssuer(env) : SETTINGS[name].default, origin: 'default' }
}

/** Who tries another port on their own machine should not have to say twice which. */
function defaultIssuer(env: Env): string {
  const { value } = rawSetting(env, 'NOD_PORT')
  return /^[1-9]\d*$/.test(value) ? `http://localhost:${value}` : SETTINGS.NOD_ISSUER.default
}

/** A misspelt setting would silently do nothing. */
function unknownSettings(env: Env): ConfigFault[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('NOD_') && !(name.replace(/_FILE$/, '') in SETTINGS))
    .map((variable) => ({ variable, problem: 'is no setting of Nod; `nod config` lists them all' }))
}

/** Whether the issuer is for development on this machine only. */
export const isLoopback = (config: Config): boolean => LOOPBACK.test(new URL(config.issuer).hostname)
