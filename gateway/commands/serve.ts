/** `nod serve`: runs the gateway until it is told to stop. */
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { startGateway } from '../gateway.ts'
import { createInvites } from '../invites.ts'
import { createLog } from '../telemetry.ts'
import { tellFaults } from './config.ts'
import { dataFolderError } from './data-folder.ts'

const HELP = `usage: nod serve

Runs the gateway. Everything is set by NOD_* variables (nod config lists them); with none of them set it listens on
http://localhost:8787 and keeps its database in ./data. SIGTERM or Ctrl-C stops it: pages that wait are told to come back.`

/** Milliseconds after which a stop that hangs is given up. */
const STOP_WITHIN = 10_000

export async function serve(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const read = readConfig()
  if (!read.ok) return tellFaults(read.faults)
  const { config } = read
  const log = createLog(config.log_level)
  const { promise: ended, resolve: end } = Promise.withResolvers<number>()
  const gateway = await startGateway({
    config,
    log,
    onFatal(error) {
      // Memory and disk may no longer agree: nothing more is answered.
      log.error('storage failed, stopping', { detail: error.message })
      process.exit(1)
    },
  }).catch((error: NodeJS.ErrnoException) => {
    throw dataFolderError(error, config.data)
  })
  const setup = await createInvites(gateway.deps).createSetup()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info('stopping', { signal })
      setTimeout(() => process.exit(1), STOP_WITHIN).unref()
      gateway.stop().then(
        () => end(0),
        () => end(1),
      )
    })
  }
  log.info(`nod is ready on http://${config.host}:${gateway.port} for ${config.issuer}`, { data: config.data })
  // Beside the log and not in it: whoever keeps logs shall not keep this.
  if (setup) console.error(`\nThere is no account yet. Make the first one within 30 minutes:\n\n  ${setup.link}\n`)
  return ended
}
