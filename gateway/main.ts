/** `nod COMMAND …`: finds the command, runs it, and turns what it throws into one line for the operator. */
import { client } from './commands/client.ts'
import { check, config } from './commands/config.ts'
import { doctor } from './commands/doctor.ts'
import { key } from './commands/key.ts'
import { serve } from './commands/serve.ts'
import { user } from './commands/user.ts'
import { checkRuntime } from './runtime.ts'

type Command = { run(args: string[]): Promise<number>; does: string }

const COMMANDS: Record<string, Command> = {
  serve: { run: serve, does: 'run the gateway' },
  check: { run: check, does: 'say whether the settings are sound' },
  config: { run: config, does: 'print every setting and where it came from' },
  doctor: { run: doctor, does: 'look for the usual mistakes and say the mend of each' },
  client: { run: client, does: 'add, list, update or remove a site' },
  user: { run: user, does: 'add, list, disable or remove an account' },
  key: { run: key, does: 'rotate the keys that sign id_tokens' },
}

const usage = (): string =>
  [
    'usage: nod COMMAND …',
    '',
    ...Object.entries(COMMANDS).map(([name, { does }]) => `  ${name.padEnd(8)} ${does}`),
    '',
    'Each command says more with --help. Settings are NOD_* variables; `nod config` lists them.',
  ].join('\n')

async function main([name = 'help', ...args]: string[]): Promise<number> {
  const unfit = checkRuntime()
  if (unfit) {
    console.error(`nod: ${unfit}`)
    return 1
  }
  const command = COMMANDS[name]
  if (!command) {
    const asked = name === 'help' || name === '--help' || name === '-h'
    console[asked ? 'log' : 'error'](asked ? usage() : `nod: there is no command "${name}"\n\n${usage()}`)
    return asked ? 0 : 2
  }
  try {
    return await command.run(args)
  } catch (error) {
    console.error(`nod: ${(error as Error).message}`)
    return 1
  }
}

process.exitCode = await main(process.argv.slice(2))
