/** `nod COMMAND …`: finds the command, runs it, and turns what it throws into one line for the operator. */
import { checkRuntime } from './runtime.ts'

type Run = (args: string[]) => Promise<number>

interface Command {
  /** Loads the command and nothing of the others: `nod user add` needs no web server. */
  load(): Promise<Run>
  does: string
}

const COMMANDS: Record<string, Command> = {
  serve: { load: async () => (await import('./commands/serve.ts')).serve, does: 'run the gateway' },
  check: {
    load: async () => (await import('./commands/config.ts')).check,
    does: 'say whether the settings are sound',
  },
  config: {
    load: async () => (await import('./commands/config.ts')).config,
    does: 'print every setting and where it came from',
  },
  doctor: {
    load: async () => (await import('./commands/doctor.ts')).doctor,
    does: 'look for the usual mistakes and say the mend of each',
  },
  backup: {
    load: async () => (await import('./commands/backup.ts')).backup,
    does: 'copy the database to a file that can be started from',
  },
  client: {
    load: async () => (await import('./commands/client.ts')).client,
    does: 'add, list, update or remove a site',
  },
  user: {
    load: async () => (await import('./commands/user.ts')).user,
    does: 'add, invite, list, disable or remove an account',
  },
  key: { load: async () => (await import('./commands/key.ts')).key, does: 'rotate the keys that sign id_tokens' },
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
    const run = await command.load()
    return await run(args)
  } catch (error) {
    console.error(`nod: ${(error as Error).message}`)
    return 1
  }
}

process.exitCode = await main(process.argv.slice(2))
