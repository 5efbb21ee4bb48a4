/** `nod key rotate`: a successor for each key that signs id_tokens, also beside a running gateway. */
import { parseArgs } from 'node:util'
import { systemClock } from '../clock.ts'
import { type Env, environment } from '../config.ts'
import { createKeys } from '../keys.ts'
import { print, telling, UsageError } from './command-line.ts'
import { withStore } from './data-folder.ts'

const HELP = `usage: nod key rotate [--json]

Makes a new key for each algorithm. It is published at once and signs from a day later, so that every site has met it
by then; the key it replaces stays published for one more day.`

/** The exit code: 0 done, 1 could not be done, 2 the command line is wrong. */
export const key = (args: string[], env: Env = environment): Promise<number> =>
  telling('key', async () => {
    const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    if (values.help) return print(HELP)
    if (positionals.join(' ') !== 'rotate') throw new UsageError('say what to do: rotate')
    return withStore(env, { makes: false }, async (store) => {
      const made = await createKeys({ store, clock: systemClock() }).rotate()
      if (values.json)
        return print(
          JSON.stringify(
            made.map(({ kid, alg, signs_from }) => ({ kid, alg, signs_from })),
            null,
            2,
          ),
        )
      return print(
        made
          .map(({ kid, alg, signs_from }) => `${alg}  ${kid}  signs from ${new Date(signs_from * 1000).toISOString()}`)
          .join('\n'),
      )
    })
  })
