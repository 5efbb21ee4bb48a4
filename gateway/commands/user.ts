/** `nod user add|invite|list|disable|remove`: the accounts of a gateway, also beside one that is running. */
import { buffer } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { ERRORS } from '../../shared/protocol/errors.ts'
import { type Accounts, createAccounts } from '../accounts.ts'
import { systemClock } from '../clock.ts'
import { type Env, environment } from '../config.ts'
import { createInvites, type Invites } from '../invites.ts'
import type { AccountRow } from '../store/rows.ts'
import { print, telling, UsageError } from './command-line.ts'
import { withStore } from './data-folder.ts'

const HELP = `usage: nod user add NAME [--display-name D] --password-stdin [--json]
       nod user invite [--json]
       nod user list [--json]
       nod user disable NAME [--json]
       nod user remove NAME [--json]

add       makes an account; its password, 8 to 1024 bytes, is read from standard input (one newline at its end is
          not part of it):   printf %s "$PASSWORD" | nod user add ada --password-stdin
invite    prints a link with which a person makes an account of their own: one account, within seven days, while
          NOD_REGISTRATION is invite or open
list      names every account
disable   ends everything the account holds (sign-ins, devices, tokens) and lets it in no more
remove    does the same and frees the name; what was done stays on the record
--json    prints one JSON value for machines

Works on the database in NOD_DATA, also while a gateway runs on it.`

const OPTIONS = {
  'display-name': { type: 'string' },
  'password-stdin': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

type Values = ReturnType<typeof parse>['values']

const parse = (args: string[]) => parseArgs({ args, options: OPTIONS, allowPositionals: true })

type Done = Promise<{ text: string; json: object; warning?: string }>
type Action = (accounts: Accounts, name: string, values: Values, invites: Invites) => Done

const ACTIONS: Record<string, { takes_name: boolean; run: Action }> = {
  add: { takes_name: true, run: add },
  invite: { takes_name: false, run: invite },
  list: { takes_name: false, run: list },
  disable: { takes_name: true, run: disable },
  remove: { takes_name: true, run: remove },
}

/** The exit code: 0 done, 1 could not be done, 2 the command line is wrong. */
export const user = (args: string[], env: Env = environment): Promise<number> =>
  telling('user', () => perform(args, env))

async function perform(args: string[], env: Env): Promise<number> {
  const { values, positionals } = parse(args)
  if (values.help) return print(HELP)
  const [verb = '', ...names] = positionals
  const action = Object.hasOwn(ACTIONS, verb) ? ACTIONS[verb] : undefined
  if (!action)
    throw new UsageError(verb === '' ? 'say what to do: add, invite, list, disable or remove' : `cannot "${verb}"`)
  if (names.length !== (action.takes_name ? 1 : 0)) {
    throw new UsageError(action.takes_name ? `${verb} takes one NAME` : `${verb} takes no NAME`)
  }
  return withStore(env, { makes: verb === 'add' || verb === 'invite' }, async (store, config) => {
    const deps = { store, config, clock: systemClock() }
    const done = await action.run(createAccounts(deps), names[0] ?? '', values, createInvites(deps))
    if (done.warning) console.error(`nod user: ${done.warning}`)
    return print(values.json ? JSON.stringify(done.json, null, 2) : done.text)
  })
}

async function add(accounts: Accounts, username: string, values: Values) {
  if (!values['password-stdin']) {
    throw new UsageError('add takes the password from standard input: pipe it in and say --password-stdin')
  }
  const added = await accounts.add({ username, name: values['display-name'], password: await readPassword() })
  if (!added.ok) {
    const { description, hint = '' }: { description: string; hint?: string } = ERRORS[added.reason]
    throw new Error(`${added.description ?? description} ${hint}`.trim())
  }
  return { text: `added ${added.account.username}`, json: describe(added.account) }
}

async function invite(_accounts: Accounts, _name: string, _values: Values, invites: Invites) {
  const { link, expires_at } = await invites.create()
  const closed = 'NOD_REGISTRATION is closed here: the link works once the gateway runs with invite or open'
  return { text: link, json: { link, expires_at }, ...(!invites.areTaken && { warning: closed }) }
}

async function list(accounts: Accounts) {
  const rows = (await accounts.list()).map(describe)
  const width = Math.max(0, ...rows.map(({ username }) => username.length))
  const lines = rows.map(({ username, name, disabled }) =>
    [username.padEnd(width), name, disabled ? '(disabled)' : ''].join('  ').trimEnd(),
  )
  return { text: lines.join('\n') || 'there are no accounts', json: rows }
}

async function disable(accounts: Accounts, username: string) {
  if (!(await accounts.disable(username))) throw new Error(`there is no account "${username}"`)
  return { text: `disabled ${username}`, json: { username, disabled: true } }
}

async function remove(accounts: Accounts, username: string) {
  if (!(await accounts.remove(username))) throw new Error(`there is no account "${username}"`)
  return { text: `removed ${username}`, json: { username, removed: true } }
}

const describe = ({ sub, username, name, created_at, disabled_at }: AccountRow) => ({
  sub,
  username,
  name,
  created_at,
  disabled: disabled_at !== null,
})

/** Its bytes as they are, but for the one newline that `echo` adds. */
async function readPassword(): Promise<string> {
  const bytes = await buffer(process.stdin)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r?\n$/, '')
  } catch {
    throw new Error('the password on standard input is not UTF-8 text')
  }
}
