/**
 * `npm run bench [-- --seconds 10 --clients 32]`: whole sign-ins against a gateway of its own, each through every step
 * over HTTP: code shown, claimed, number read, decision signed, page told, code redeemed. Says how many fit into a
 * second, how long a page waits from the decision to its answer, and how long a device that polls waits for its tokens.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Gateway } from '../demo/gateway.ts'
import { freePort } from '../demo/ports.ts'
import { polledBare } from './bare-poll.ts'
import { type Device, enrolDevice } from './device.ts'
import { polledByHand, polledByOpenidClient, RUNS } from './device-poll.ts'
import { figures } from './figures.ts'
import { openPage } from './page.ts'

const PASSWORD = 'a password for the bench only'
const REDIRECT_URI = 'https://bench.example/callback'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, clients: { type: 'string', default: '32' } },
})

await using end = new AsyncDisposableStack()
const folder = await mkdtemp(join(tmpdir(), 'nod-bench-'))
end.defer(() => rm(folder, { recursive: true, force: true }))
const gateway = new Gateway({
  port: await freePort(),
  data: folder,
  settings: { NOD_LIMITS: 'off', NOD_LOG_LEVEL: 'error' },
})
end.defer(() => gateway.stop())
await gateway.start()
await gateway.addUser('bench', 'Bench', PASSWORD)
const client = await gateway.addClient([
  ...['--name', 'Bench', '--redirect-uri', REDIRECT_URI, '--origin', 'https://bench.example'],
])
const device = await enrolDevice(gateway.issuer, 'bench', PASSWORD)

/** Milliseconds from sending the decision until the page has its answer. */
async function signIn(device: Device): Promise<number> {
  const page = await openPage(gateway.issuer, client, REDIRECT_URI)
  const claim = await device.claim({ ticket: page.ticket })
  const claimed = await page.next()
  const answered = page.next()
  const start = performance.now()
  await device.approve(claim, claimed.match_number ?? '')
  const { redirect_to } = await answered
  const waited = performance.now() - start
  await page.redeem(redirect_to ?? '')
  return waited
}

const waits: number[] = []
const start = performance.now()
const until = start + Number(values.seconds) * 1000
const client_loop = async (): Promise<void> => {
  while (performance.now() < until) waits.push(await signIn(device))
}
await Promise.all(Array.from({ length: Number(values.clients) }, client_loop))
const seconds = (performance.now() - start) / 1000

console.log(`${waits.length} sign-ins in ${seconds.toFixed(1)} s by ${values.clients} clients`)
console.log(`${(waits.length / seconds).toFixed(0)} a second; decision to page: ${figures(waits)}`)

const television = await gateway.addClient(['--name', 'Television', '--device-grant', '--confirm', 'tap'])
console.log(`decision's answer to tokens, ${RUNS} held polls each:`)
for (const [name, measure] of Object.entries({
  'openid-client': () => polledByOpenidClient(gateway.issuer, television, device),
  'node:http': () => polledByHand(gateway.issuer, television, device),
  'node:http, no gateway': polledBare,
}))
  console.log(`  ${name.padEnd(22)} ${figures(await measure())}`)
