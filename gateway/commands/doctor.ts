/** `nod doctor`: looks for the usual mistakes, from outside as a site would meet them, and says the mend of each. */
import { parseArgs } from 'node:util'
import { createAuthorizations } from '../authorization.ts'
import { createClients } from '../clients.ts'
import { systemClock } from '../clock.ts'
import { type Config, type Env, environment, readConfig } from '../config.ts'
import { checkClientKeys } from '../doctor/check-client-keys.ts'
import { checkClock, momentOf } from '../doctor/check-clock.ts'
import { checkIssuer } from '../doctor/check-issuer.ts'
import { checkPolicies } from '../doctor/check-policies.ts'
import { checkProxy } from '../doctor/check-proxy.ts'
import { checkOrigin, checkRedirectUri } from '../doctor/check-registered.ts'
import { checkStartUri } from '../doctor/check-start-uri.ts'
import { type Finding, fault, well } from '../doctor/finding.ts'
import { createKeys } from '../keys.ts'
import { deriver } from '../secrets.ts'
import type { Store } from '../store/store.ts'
import { print, telling, UsageError } from './command-line.ts'
import { withStore } from './data-folder.ts'

const HELP = `usage: nod doctor [--client CLIENT [--try-redirect-uri URI] [--try-origin ORIGIN]] [--json]

Asks the running gateway through its public address, as a site does, and tells what is wrong with its mend:
whether NOD_ISSUER is reached and says the same of itself, whether it runs on this database, whether clocks agree,
whether addresses come through a proxy. Run it where the sites are, or on the gateway's own machine.

--client CLIENT          also look at this client: where its start URI leads, and its keys if it has any
--try-redirect-uri URI   would this redirect_uri be taken, and if not, which was meant?
--try-origin ORIGIN      would a page of this origin be taken?
--json                   print {"ok", "findings": [{"check", "ok", "said", "mend"?}]}

Exit code 1 when there is a fault.`

const OPTIONS = {
  client: { type: 'string' },
  'try-redirect-uri': { type: 'string' },
  'try-origin': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

type Values = ReturnType<typeof parse>
const parse = (args: string[]) => parseArgs({ args, options: OPTIONS }).values

/** The exit code: 0 all is well, 1 there is a fault, 2 the command line is wrong. */
export const doctor = (args: string[], env: Env = environment, clock = systemClock()): Promise<number> =>
  telling('doctor', async () => {
    const values = parse(args)
    if (values.help) return print(HELP)
    if (values.client === undefined && (values['try-redirect-uri'] ?? values['try-origin']) !== undefined)
      throw new UsageError('--try-redirect-uri and --try-origin are tried for a client: say --client too')
    return withStore(env, { makes: false }, async (store) => {
      const { config } = readConfig(env) as { config: Config }
      const findings = [
        ...(await ofGateway(config, store, clock.now())),
        ...(values.client === undefined ? [] : await ofClient(config, store, clock, values.client, values)),
      ]
      const ok = findings.every((finding) => finding.ok)
      print(values.json ? JSON.stringify({ ok, findings }, null, 2) : findings.map(told).join('\n'))
      return ok ? 0 : 1
    })
  })

async function ofGateway(config: Config, store: Store, now: number): Promise<Finding[]> {
  const { findings, answer } = await checkIssuer(config)
  if (!answer) return findings
  // By the gateway's clock where that is off: it is the gateway that judges.
  const moment = momentOf(answer.headers) ?? now
  const clock = checkClock(config.issuer, answer.headers, now)
  return [...findings, ...clock, ...(await checkProxy(config, deriver(store.secret, store.epoch), moment))]
}

async function ofClient(
  config: Config,
  store: Store,
  clock: ReturnType<typeof systemClock>,
  name: string,
  values: Values,
): Promise<Finding[]> {
  const clients = createClients({ store, clock })
  const [client, ...others] = await clients.named(name)
  if (!client)
    return [fault('client', `there is no client "${name}"`, 'take one of those that `nod client list` names')]
  if (others.length > 0)
    return [
      fault('client', `more than one client is called "${name}"`, 'say which by its client_id: `nod client list`'),
    ]
  const { issuer } = config
  const authorizations = createAuthorizations(config, clients, createKeys({ store, clock }))
  const { 'try-redirect-uri': redirect_uri, 'try-origin': origin } = values
  return [
    well('client', `${client.name} is registered as ${client.client_id}`),
    ...checkPolicies(client),
    ...(redirect_uri === undefined ? [] : [checkRedirectUri(client, redirect_uri)]),
    ...(origin === undefined ? [] : [checkOrigin(client, origin)]),
    ...(await checkClientKeys(client, clock)),
    ...(await checkStartUri({ issuer, client, authorizations, now: clock.now() })),
  ]
}

function told({ check, ok, said, mend }: Finding): string {
  const line = `${ok ? 'ok   ' : 'FAULT'}  ${check.padEnd(12)}  ${said}`
  return mend === undefined ? line : `${line}\n${' '.repeat(21)}mend: ${mend}`
}
