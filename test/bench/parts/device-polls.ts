/** How soon a device that polls (RFC 8628) has its tokens, counted from the answer to the decision: the poll is held. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Gateway } from '../../demo/gateway.ts'
import { freePort } from '../../demo/ports.ts'
import { polledBare } from '../bare-poll.ts'
import { enrolDevice } from '../device.ts'
import { polledByHand, polledByOpenidClient } from '../device-poll.ts'
import { type Figure, quantile } from '../figure.ts'

const PASSWORD = 'a password for the bench only'

export async function devicePolls(): Promise<Figure[]> {
  await using end = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'nod-bench-'))
  end.defer(() => rm(folder, { recursive: true, force: true }))
  const settings = { NOD_LIMITS: 'off', NOD_LOG_LEVEL: 'error' }
  const gateway = new Gateway({ port: await freePort(), data: folder, settings })
  end.defer(() => gateway.stop())
  await gateway.start()
  await gateway.addUser('bench', 'Bench', PASSWORD)
  const device = await enrolDevice(gateway.issuer, 'bench', PASSWORD)
  const television = await gateway.addClient(['--name', 'Television', '--device-grant', '--confirm', 'tap'])
  const [by_hand, by_library, bare] = [
    await polledByHand(gateway.issuer, television, device),
    await polledByOpenidClient(gateway.issuer, television, device),
    await polledBare(),
  ]
  return [
    {
      ...{ id: 'device-poll', what: 'decision to tokens at a polling device, median', unit: 'ms' },
      value: quantile(by_hand, 0.5),
      beside: [
        { name: 'the same by openid-client', value: quantile(by_library, 0.5) },
        { name: 'bare node:http', value: quantile(bare, 0.5) },
        { name: 'polling every 5 s (by arithmetic)', value: 2500 },
      ],
    },
  ]
}
