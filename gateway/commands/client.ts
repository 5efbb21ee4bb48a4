/** `nod client add|list|update|remove`: the sites of a gateway, also beside one that is running. */
import { parseArgs } from 'node:util'
import { type Clients, createClients, isPublic, type Registered } from '../clients.ts'
import { systemClock } from '../clock.ts'
import { type Env, environment, readConfig } from '../config.ts'
import { BLANK } from '../registration.ts'
import type { ClientRow } from '../store/rows.ts'
import { applyFlags, flagHelp, flagOptions } from './client-flags.ts'
import { openidClientSnippet } from './client-snippet.ts'
import { print, telling, UsageError } from './command-line.ts'
import { withStore } from './data-folder.ts'

const HELP = `usage: nod client add --name NAME --redirect-uri URI --origin ORIGIN [FLAG …] [--public] [--json]
       nod client list [--json]
       nod client update CLIENT [FLAG …] [--new-secret | --public] [--json]
       nod client remove CLIENT [--json]

add       registers a site and prints its client_id and client_secret; the secret is shown this once
update    changes what the flags say: one that repeats adds to what is there, --remove-FLAG VALUE takes one away,
          --no-FLAG turns one off, and an empty value ("") takes a value away
CLIENT    a client_id, or a name that only one client has

${flagHelp([
  ['--public', 'it cannot keep a secret (a native or a browser application)'],
  ['--new-secret', 'update only: give it a new secret; the old one is void at once'],
  ['--json', 'print one JSON value for machines: {"client_id", "client_secret"?}'],
])}

Works on the database in NOD_DATA, also while a gateway runs on it.`

const COMMON = {
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
    return withStore(env, async (store) => {
      const clients = createClients({ store, clock: systemClock() })
      const done = await action.run(clients, positionals, values, issuer)
      return print(values.json ? JSON.stringify(done.json, null, 2) : done.text)
    })
  })

const PUBLIC_NEEDS_PKCE = '--no-pkce is not for a public client: PKCE is all that protects its codes'

async function add(clients: Clients, _: string[], values: Values, issuer: string): Promise<Done> {
  const { asked, faults } = applyFlags(BLANK, values)
  const has_keys = asked.jwks !== null || asked.jwks_uri !== null
  if (has_keys && values.public) faults.push('--public and keys exclude each other: leave out one of them')
  if (values.public && !asked.pkce) faults.push(PUBLIC_NEEDS_PKCE)
  refuse(faults)
  const registered = await clients.add(asked, !values.public && !has_keys)
  return { text: nextSteps(registered, issuer), json: credentialsOf(registered) }
}

async function update(clients: Clients, [name = '']: string[], values: Values): Promise<Done> {
  const before = await find(clients, name)
  const { client_id, secret_hash, created_at, ...registration } = before
  const { asked, faults } = applyFlags(registration, values)
  const has_keys = asked.jwks !== null || asked.jwks_uri !== null
  if (has_keys && (values.public || values['new-secret']))
    faults.push('--public and --new-secret exclude keys: take those away with --jwks "" or --jwks-uri ""')
  if (values.public && values['new-secret']) faults.push('--public and --new-secret exclude each other')
  const gets_proof = has_keys || values['new-secret'] || values.public === false
  if (!asked.pkce && (values.public || (isPublic(before) && !gets_proof))) faults.push(PUBLIC_NEEDS_PKCE)
  refuse(faults)
  const loses_secret = values.public === true || has_keys
  const needs_secret = values['new-secret'] || (secret_hash === null && (values.public === false || !isPublic(before)))
  const secret = loses_secret ? 'none' : needs_secret ? 'new' : 'keep'
  const updated = await clients.update({ ...asked, client_id, secret_hash, created_at }, secret)
  if (!updated) throw new Error(`${name} was removed meanwhile`)
  const told = updated.client_secret === null ? '' : `\n\n${credentialLines(updated)}`
  return { text: `updated ${client_id}${told}`, json: credentialsOf(updated) }
}

async function list(clients: Clients): Promise<Done> {
  const rows = await clients.list()
  const lines = rows.map(({ client_id, name, redirect_uris, origins }) =>
    [
      `${name}  (${client_id})`,
      ...redirect_uris.map((uri) => `  redirect_uri  ${uri}`),
      ...origins.map((o) => `  origin        ${o}`),
    ].join('\n'),
  )
  return { text: lines.join('\n\n') || 'there are no clients', json: rows.map(described) }
}

async function remove(clients: Clients, [name = '']: string[]): Promise<Done> {
  const { client_id } = await find(clients, name)
  await clients.remove(client_id)
  return { text: `removed ${client_id}`, json: { client_id, removed: true } }
}

async function find(clients: Clients, name: string): Promise<ClientRow> {
  const found = await clients.named(name)
  if (!found) throw new Error(`there is no one client "${name}"; \`nod client list\` names them all`)
  return found
}

function refuse(faults: string[]): void {
  if (faults.length > 0)
    throw new UsageError(['nothing was registered:', ...faults.map((fault) => `  ${fault}`)].join('\n'))
}

const credentialsOf = ({ client: { client_id }, client_secret }: Registered) => ({
  client_id,
  ...(client_secret !== null && { client_secret }),
})

const described = ({ secret_hash, ...client }: ClientRow) => ({
  ...client,
  public: isPublic({ ...client, secret_hash }),
})

const credentialLines = (registered: Registered): string =>
  [
    `  client_id      ${registered.client.client_id}`,
    ...(registered.client_secret === null
      ? []
      : [`  client_secret  ${registered.client_secret}`, '                 shown this once: only its hash is kept']),
  ].join('\n')

function nextSteps(registered: Registered, issuer: string): string {
  const { client } = registered
  const has_page = client.redirect_uris.length > 0 && client.jwks === null && client.jwks_uri === null
  const next = has_page
    ? [
        'Any OpenID Connect library signs people in with these. With openid-client (npm install openid-client):',
        openidClientSnippet(issuer, client).trimEnd(),
      ]
    : []
  const offer =
    client.origins.length > 0 && client.start_uri === null
      ? [
          'So that the extension offers the site, say where its "Sign in" link leads:',
          `  nod client update ${client.client_id} --start-uri ${client.origins[0]}/login`,
        ]
      : []
  return [`registered ${client.name}`, credentialLines(registered), ...next, ...offer].join('\n\n')
}
