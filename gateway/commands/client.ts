/** `nod client add|list|update|remove`: the sites of a gateway, also beside one that is running. */
import { parseArgs } from 'node:util'
import { type Clients, createClients, isPublic, type Registered, type Registration } from '../clients.ts'
import { systemClock } from '../clock.ts'
import { type Env, environment, readConfig } from '../config.ts'
import { BLANK } from '../registration.ts'
import type { ClientRow } from '../store/rows.ts'
import { applyFlags, flagHelp, flagOptions } from './client-flags.ts'
import { credentialLines, credentialsOf, described, nextSteps, policyLines, snippetOf } from './client-told.ts'
import { print, telling, UsageError } from './command-line.ts'
import { withStore } from './data-folder.ts'
import { findSnippet, SNIPPET_NAMES } from './snippets/all-snippets.ts'

const HELP = `usage: nod client add --name NAME --redirect-uri URI [--origin ORIGIN] [FLAG …] [--public] [--json]
       nod client list [--json]
       nod client update CLIENT [FLAG …] [--new-secret | --public] [--json]
       nod client remove CLIENT [--json]

add       registers a site and prints its client_id and client_secret; the secret is shown this once
update    changes what the flags say: one that repeats adds to what is there, --remove-FLAG VALUE takes one away,
          --no-FLAG turns one off, and an empty value ("") takes a value away
CLIENT    a client_id, or a name that only one client has

${flagHelp([
  ['--public', 'it cannot keep a secret (a native or a browser application)'],
  ['--snippet NAME', `print lines for the site’s library: ${SNIPPET_NAMES.join(', ')}`],
  ['--new-secret', 'update only: give it a new secret; the old one is void at once'],
  ['--json', 'print one JSON value for machines: {"client_id", "client_secret"?}'],
])}

Works on the database in NOD_DATA, also while a gateway runs on it.`

const COMMON = {
  snippet: { type: 'string' },
  public: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>
type Done = { text: string; json: object }
type Action = (clients: Clients, names: string[], values: Values, issuer: string) => Promise<Done>

const ACTIONS: Record<string, { names: number; options: object; run: Action }> = {
  add: { names: 0, options: { ...flagOptions(false), ...COMMON }, run: add },
  list: { names: 0, options: { json: COMMON.json, help: COMMON.help }, run: list },
  update: { names: 1, options: { ...flagOptions(true), 'new-secret': { type: 'boolean' }, ...COMMON }, run: update },
  remove: { names: 1, options: { json: COMMON.json, help: COMMON.help }, run: remove },
}

/** The exit code: 0 done, 1 could not be done, 2 the command line is wrong. */
export const client = (args: string[], env: Env = environment): Promise<number> =>
  telling('client', async () => {
    const [verb = '', ...rest] = args
    if (verb === '--help' || verb === '-h') return print(HELP)
    const action = Object.hasOwn(ACTIONS, verb) ? ACTIONS[verb] : undefined
    if (!action) throw new UsageError(verb === '' ? 'say what to do: add, list, update or remove' : `cannot "${verb}"`)
    const { values, positionals } = parseArgs({
      args: rest,
      options: action.options as typeof COMMON,
      allowPositionals: true,
      allowNegative: true,
    })
    if (values.help) return print(HELP)
    if (positionals.length !== action.names)
      throw new UsageError(action.names === 0 ? `${verb} takes no CLIENT` : `${verb} takes one CLIENT`)
    const read = readConfig(env)
    const issuer = read.ok ? read.config.issuer : ''
    return withStore(env, { makes: verb === 'add' }, async (store) => {
      const clients = createClients({ store, clock: systemClock() })
      const done = await action.run(clients, positionals, values, issuer)
      return print(values.json ? JSON.stringify(done.json, null, 2) : done.text)
    })
  })

const BACKEND_NEEDS_PROOF = '--initiator backend is not for a public client: whoever says to be it could push a request'
const PUBLIC_NEEDS_PKCE = '--no-pkce is not for a public client: PKCE is all that protects its codes'

async function add(clients: Clients, _: string[], values: Values, issuer: string): Promise<Done> {
  const { asked, faults } = applyFlags(BLANK, values)
  const has_keys = asked.jwks !== null || asked.jwks_uri !== null
  if (has_keys && values.public) faults.push('--public and keys exclude each other: leave out one of them')
  if (values.public && !asked.pkce) faults.push(PUBLIC_NEEDS_PKCE)
  if (values.public && asked.initiator === 'backend') faults.push(BACKEND_NEEDS_PROOF)
  faults.push(...snippetFaults(values, asked))
  refuse(faults)
  const registered = await clients.add(asked, !values.public && !has_keys)
  const snippet = typeof values.snippet === 'string' ? printed(registered, issuer, values.snippet) : {}
  const text = nextSteps(registered, issuer, values.snippet as string | undefined)
  return { text, json: { ...credentialsOf(registered), ...snippet } }
}

async function update(clients: Clients, [name = '']: string[], values: Values, issuer: string): Promise<Done> {
  if (Object.keys(values).every((flag) => flag === 'json'))
    throw new UsageError('say what to change: `nod client --help` lists the flags')
  const before = await find(clients, name)
  const { client_id, secret_hash, created_at, ...registration } = before
  const { asked, faults } = applyFlags(registration, values)
  const has_keys = asked.jwks !== null || asked.jwks_uri !== null
  if (has_keys && (values.public || values['new-secret']))
    faults.push('--public and --new-secret exclude keys: take those away with --jwks "" or --jwks-uri ""')
  if (values.public && values['new-secret']) faults.push('--public and --new-secret exclude each other')
  const gets_proof = has_keys || values['new-secret'] || values.public === false
  const stays_public = values.public === true || (isPublic(before) && !gets_proof)
  if (!asked.pkce && stays_public) faults.push(PUBLIC_NEEDS_PKCE)
  if (asked.initiator === 'backend' && stays_public) faults.push(BACKEND_NEEDS_PROOF)
  faults.push(...snippetFaults(values, asked))
  refuse(faults)
  const loses_secret = values.public === true || has_keys
  const needs_secret = values['new-secret'] || (secret_hash === null && (values.public === false || !isPublic(before)))
  const secret = loses_secret ? 'none' : needs_secret ? 'new' : 'keep'
  const updated = await clients.update({ ...asked, client_id, secret_hash, created_at }, secret)
  if (!updated) throw new Error(`${name} was removed meanwhile`)
  const snippet = typeof values.snippet === 'string' ? printed(updated, issuer, values.snippet) : {}
  const credentials = updated.client_secret === null ? [] : [credentialLines(updated)]
  const text = [`updated ${client_id}`, ...credentials, ...Object.values(snippet)].join('\n\n')
  return { text, json: { ...credentialsOf(updated), ...snippet } }
}

async function list(clients: Clients): Promise<Done> {
  const rows = await clients.list()
  const lines = rows.map((row) =>
    [
      `${row.name}  (${row.client_id})`,
      ...row.redirect_uris.map((uri) => `  redirect_uri  ${uri}`),
      ...row.origins.map((o) => `  origin        ${o}`),
      ...(row.start_uri === null ? [] : [`  start_uri     ${row.start_uri}`]),
      ...policyLines(row),
    ].join('\n'),
  )
  return { text: lines.join('\n\n') || 'there are no clients', json: rows.map(described) }
}

async function remove(clients: Clients, [name = '']: string[]): Promise<Done> {
  const { client_id } = await find(clients, name)
  await clients.remove(client_id)
  return { text: `removed ${client_id}`, json: { client_id, removed: true } }
}

function printed(registered: Registered, issuer: string, name: string): { snippet?: string } {
  const snippet = snippetOf(registered, issuer, name)
  return snippet === null ? {} : { snippet }
}

/** A fault, if it is said for which library lines are wanted and there are none for it. */
function snippetFaults({ snippet }: Values, asked: Registration): string[] {
  if (typeof snippet !== 'string') return []
  const found = findSnippet(snippet)
  if (!found) return [`--snippet ${snippet} must be one of ${SNIPPET_NAMES.join(', ')}`]
  return found.fits(asked) ? [] : [`--snippet ${snippet} is not for a client like this: leave it out`]
}

async function find(clients: Clients, name: string): Promise<ClientRow> {
  const [found, ...others] = await clients.named(name)
  if (!found) throw new Error(`there is no client "${name}": \`nod client list\` has them all`)
  if (others.length > 0) {
    const ids = [found, ...others].map(({ client_id }) => client_id)
    throw new Error(`${ids.length} clients are called "${name}": say which by its client_id, ${ids.join(' or ')}`)
  }
  return found
}

function refuse(faults: string[]): void {
  if (faults.length > 0)
    throw new UsageError(['nothing was changed:', ...faults.map((fault) => `  ${fault}`)].join('\n'))
}
