/**
 * `npm run demo [-- --keep] [-- --browsers]`: a gateway, a shop that signs people in with it, and an account to try it
 * with. Everything is started as an operator and a site's developer would, and ends with Ctrl-C.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { type DemoFolder, type Kept, openFolder } from './folder.ts'
import { Gateway } from './gateway.ts'
import { instructions } from './instructions.ts'
import { freePort } from './ports.ts'
import { openShop, registerShop } from './shop.ts'

const ACCOUNT = { username: 'demo', name: 'Demi Demo' }

const USAGE = `usage: npm run demo [-- --browsers] [-- --keep]

  --browsers  opens two browser windows with everything set up
  --keep      keeps accounts and clients in data/demo for the next time`

const wish = readWish()

function readWish(): { keep: boolean; browsers: boolean } {
  const options = { keep: { type: 'boolean', default: false }, browsers: { type: 'boolean', default: false } } as const
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', short: 'h' } } })
    if (!values.help) return values
    console.log(USAGE)
  } catch (error) {
    console.error(`nod: ${(error as Error).message}\n\n${USAGE}`)
    process.exit(2)
  }
  process.exit(0)
}

/** Ends what was started, last first; also when starting fails half way. */
const started = new AsyncDisposableStack()

/** Registers shop and account with a gateway that knows neither yet. */
async function settle(
  gateway: Gateway,
  folder: DemoFolder,
  ports: Pick<Kept, 'gateway_port' | 'shop_port'>,
): Promise<Kept> {
  const password = Array.from({ length: 12 }, () => 'bcdfghjkmnpqrstvwxz23456789'[randomInt(27)]).join('')
  await gateway.addUser(ACCOUNT.username, ACCOUNT.name, password)
  const client = await registerShop(gateway, `http://localhost:${ports.shop_port}`)
  const kept = { ...ports, password, client }
  await folder.keep(kept)
  return kept
}

async function portLike(wished: number): Promise<number> {
  const port = await freePort(wished)
  if (port !== wished) console.log(`demo: port ${wished} is in use; taking ${port}`)
  return port
}

async function start(): Promise<void> {
  const folder = await openFolder(wish.keep)
  started.defer(folder.close)
  const ports = folder.kept ?? { gateway_port: await portLike(8787), shop_port: await portLike(3000) }

  const gateway = new Gateway({ port: ports.gateway_port, data: folder.path })
  started.defer(() => gateway.stop())
  process.once('exit', () => gateway.kill())
  await gateway.start()

  const { client, password } = folder.kept ?? (await settle(gateway, folder, ports))
  const site = await openShop(gateway, `http://localhost:${ports.shop_port}`, client)
  started.defer(site.close)
  const scene = { issuer: gateway.issuer, shop: site.origin, username: ACCOUNT.username, password }

  if (wish.browsers) {
    const { openWindows } = await import('./windows.ts')
    started.defer(await openWindows(scene))
  }
  console.log(instructions(scene, wish))
}

const end = async (exitCode: number): Promise<never> => {
  await started.disposeAsync().catch(console.error)
  process.exit(exitCode)
}

const fail = (error: Error): Promise<never> => {
  console.error(`nod: the demo came to an end: ${error.message}`)
  if (wish.keep) console.error('nod: what is kept needs its own ports again; remove data/demo to begin anew')
  return end(1)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void end(0))
process.once('uncaughtException', fail)
await start().catch(fail)
