/** `nod config` prints every setting with its value and where it came from; `nod check` says whether they are sound. */
import { parseArgs } from 'node:util'
import { type ConfigFault, type Env, environment, rawSetting, readConfig, SETTINGS } from '../config.ts'
import { print } from './command-line.ts'

const CONFIG_HELP = `usage: nod config [--json]

Prints every setting: its value, where it came from, its default and meaning.`

const CHECK_HELP = `usage: nod check [--json]

Reads the settings as \`nod serve\` would and tells every fault with its mend. Exit code 1 when there is one.`

const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const

export async function config(args: string[], env: Env = environment): Promise<number> {
  const { values } = parseArgs({ args, options })
  if (values.help) return print(CONFIG_HELP)
  const rows = (Object.keys(SETTINGS) as (keyof typeof SETTINGS)[]).map((name) => {
    const { value, origin } = rawSetting(env, name)
    return { name, value, origin, default: SETTINGS[name].default, meaning: SETTINGS[name].meaning }
  })
  if (values.json) return print(JSON.stringify(rows, null, 2))
  const width = Math.max(...rows.map((row) => `${row.name}=${row.value}`.length))
  return print(
    rows
      .map((row) => `${`${row.name}=${row.value}`.padEnd(width)}  ${row.origin.padEnd(11)}  ${row.meaning}`)
      .join('\n'),
  )
}

export async function check(args: string[], env: Env = environment): Promise<number> {
  const { values } = parseArgs({ args, options })
  if (values.help) return print(CHECK_HELP)
  const read = readConfig(env)
  const faults = read.ok ? [] : read.faults
  if (values.json) print(JSON.stringify({ ok: read.ok, faults }, null, 2))
  else if (read.ok) print('the settings are sound')
  else tellFaults(faults)
  return read.ok ? 0 : 1
}

/** Every fault, each with its mend. Returns the exit code. */
export function tellFaults(faults: ConfigFault[]): number {
  console.error(['nod: the settings have faults:', ...faults.map((f) => `  ${f.variable} ${f.problem}`)].join('\n'))
  return 1
}
