/** The judge is openid-client before a gateway that dies in mid-poll: the built command, in a process of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as oidc from 'openid-client'
import { expect, onTestFinished } from 'vitest'
import { enrolDevice } from '../bench/device.ts'
import { Gateway } from '../demo/gateway.ts'
import { freePort } from '../demo/ports.ts'
import { PASSWORD } from '../gateway/people.ts'
import { shows } from './requirement.ts'

async function startProcess(): Promise<Gateway> {
  const data = await mkdtemp(join(tmpdir(), 'nod-conformance-'))
  const gateway = new Gateway({ port: await freePort(), data, settings: { NOD_LOG_LEVEL: 'error' } })
  onTestFinished(async () => {
    await gateway.stop()
    await rm(data, { recursive: true })
  })
  await gateway.start()
  return gateway
}

shows('device', 'RFC 8628 §3.5', 'openid-client polls again after the gateway was killed, and is served', async () => {
  const gateway = await startProcess()
  await gateway.addUser('ada', 'Ada', PASSWORD)
  const { client_id, client_secret } = await gateway.addClient([
    ...['--name', 'Television', '--device-grant', '--confirm', 'tap'],
  ])
  const device = await enrolDevice(gateway.issuer, 'ada', PASSWORD)
  const server = await oidc.discovery(new URL(gateway.issuer), client_id, client_secret, undefined, {
    execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
  })
  const { promise: sent, resolve: isSent } = Promise.withResolvers<void>()
  server[oidc.customFetch] = (url, init) => {
    if (url.endsWith('/token')) isSent()
    return fetch(url, init as RequestInit)
  }
  const codes = await oidc.initiateDeviceAuthorization(server, { scope: 'openid profile' })
  const cut = expect(oidc.pollDeviceAuthorizationGrant(server, codes)).rejects.toThrow()
  await sent
  // What the gateway has said yes to is kept whatever happens: the claim outlives the process.
  const claim = await device.claim({ user_code: codes.user_code })
  await gateway.stop('SIGKILL')
  await cut
  await gateway.start()
  const polling = oidc.pollDeviceAuthorizationGrant(server, codes)
  await device.approve(claim)
  expect((await polling).claims()).toMatchObject({ name: 'Ada' })
})
