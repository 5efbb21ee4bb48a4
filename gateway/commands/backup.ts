/** `nod backup FILE`: a copy of the database to start from, also made beside a running gateway. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Env, environment, readConfig } from '../config.ts'
import { writeBackup } from '../store/backup.ts'
import { print, telling, UsageError } from './command-line.ts'
import { tellFaults } from './config.ts'

const HELP = `usage: nod backup FILE [--json]

Writes the whole database to FILE, which must not be there yet; only this user may read it. It holds the keys that sign
id_tokens, so keep it as you keep the gateway's own folder. To start from it, put it as nod.db into an empty folder and
set NOD_DATA to that. Then nothing goes on where it was: codes, claims and cookies are void, pages begin again. Devices,
accounts, sites and tokens are as they were when it was made, so what was revoked since has to be revoked again.`

/** The exit code: 0 done, 1 could not be done, 2 the command line is wrong. */
export const backup = (args: string[], env: Env = environment): Promise<number> =>
  telling('backup', async () => {
    const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    if (values.help) return print(HELP)
    const [named, ...more] = positionals
    if (named === undefined || more.length > 0) throw new UsageError('name one file to write to')
    const read = readConfig(env)
    if (!read.ok) return tellFaults(read.faults)
    const { data } = read.config
    const database = join(data, 'nod.db')
    if (!existsSync(database)) throw new Error(`there is no database in ${data}: set NOD_DATA to the gateway's folder`)
    const file = resolve(named)
    writeBackup(database, file)
    if (values.json) return print(JSON.stringify({ file }))
    return print(`${file} holds everything, the signing keys too: keep it where nobody else can read it.`)
  })
