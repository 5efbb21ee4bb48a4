/**
 * A gateway that is to be ill-treated, with the people and sites around it: a process of its own on real files, two
 * accounts whose devices approve, a site and a television. What is asked through `ask` goes into the history.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccounts } from '../../gateway/accounts.ts'
import { createClients, type Registration } from '../../gateway/clients.ts'
import { systemClock } from '../../gateway/clock.ts'
import { BLANK } from '../../gateway/registration.ts'
import { openStore } from '../../gateway/store/sqlite.ts'
import { type Device, enrolDevice } from '../bench/device.ts'
import { type Client, Gateway } from '../demo/gateway.ts'
import { freePort } from '../demo/ports.ts'
import { type Exchange, emptyHistory, type History, type Op, wallMillis } from './history.ts'

const PEOPLE = ['ada', 'grace'] as const
const PASSWORD = 'a password for the fault lab only'
export const REDIRECT_URI = 'https://shop.example/cb'

/** Seconds after which an answer that did not come will not come. */
const PATIENCE = 40

export interface Lab extends AsyncDisposable {
  gateway: Gateway
  port: number
  issuer: string
  data: string
  site: Client
  television: Client
  approvers: readonly [Device, Device]
  history: History
}

interface Options {
  settings?: Record<string, string>
  command?: string
  /** The folder for the data folder; a temporary one unless said. */
  under?: string
}

export async function openLab({ settings = {}, command, under = tmpdir() }: Options = {}): Promise<Lab> {
  const data = await mkdtemp(join(under, 'nod-faults-'))
  const { site, television } = await populate(data)
  const port = await freePort()
  const gateway = new Gateway({
    port,
    data,
    settings: { NOD_LIMITS: 'off', NOD_LOG_LEVEL: 'warn', ...settings },
    ...(command !== undefined && { command }),
  })
  // A test that is given up does not get to its end, and would leave the gateway running.
  const kill = () => gateway.kill()
  process.once('exit', kill)
  await gateway.start()
  const { issuer } = gateway
  return {
    gateway,
    port,
    issuer,
    data,
    site,
    television,
    approvers: await enrolAll(issuer),
    history: emptyHistory(),
    async [Symbol.asyncDispose]() {
      process.off('exit', kill)
      await gateway.stop('SIGKILL')
      await rm(data, { recursive: true, force: true })
    },
  }
}

/** Signs both people in and enrols a device of each. */
export async function enrolAll(issuer: string): Promise<Lab['approvers']> {
  const [first, second] = await Promise.all(PEOPLE.map((name) => enrolDevice(issuer, name, PASSWORD)))
  return [first!, second!]
}

/** Registers the people and the sites, as the commands do before a gateway runs. */
async function populate(data: string): Promise<Pick<Lab, 'site' | 'television'>> {
  const store = openStore(data, {
    exclusive: true,
    onFatal(error) {
      throw error
    },
  })
  try {
    const deps = { store, clock: systemClock() }
    const accounts = createAccounts(deps)
    for (const username of PEOPLE) await accounts.add({ username, password: PASSWORD })
    const clients = createClients(deps)
    const add = async (asked: Partial<Registration>): Promise<Client> => {
      const { client, client_secret } = await clients.add({ ...BLANK, ...asked }, true)
      return { client_id: client.client_id, client_secret: client_secret! }
    }
    return {
      site: await add({ name: 'Shop', redirect_uris: [REDIRECT_URI], origins: ['https://shop.example'] }),
      television: await add({ name: 'Television', device_grant: true, confirm: 'tap' }),
    }
  } finally {
    await store.close()
  }
}

interface Asking {
  client: string
  op: Op
  session_id: string | null
  asked?: Record<string, string>
}

/** One exchange, remembered before it is sent. Never rejects: no answer is an answer too. */
export async function ask(lab: Lab, asking: Asking, path: string, init: RequestInit = {}): Promise<Exchange> {
  const exchange: Exchange = { asked: {}, ...asking, asked_at: wallMillis(), told_at: null, status: null, told: {} }
  lab.history.exchanges.push(exchange)
  try {
    const signal = AbortSignal.timeout(PATIENCE * 1000)
    const answer = await fetch(new URL(path, lab.issuer), { redirect: 'manual', signal, ...init })
    const text = await answer.text()
    exchange.told_at = wallMillis()
    exchange.status = answer.status
    exchange.told = text.startsWith('{') ? JSON.parse(text) : {}
  } catch {
    // Cut off: it may have been done or not.
  }
  return exchange
}
