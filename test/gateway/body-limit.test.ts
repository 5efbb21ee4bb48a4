/** Large bodies over one kept connection: each gets its answer, and the next request finds the connection whole (G83). */
import { Agent, request } from 'node:http'
import { expect, it } from 'vitest'
import { startTestGateway, type TestGateway } from './support.ts'

const SIZES = [1_000_000, 20_000, 3_000_000, 16_385, 1_000_000, 1_000_000]

/** Sends all of the body before it looks at the answer, as a simple client does. */
const post = (gateway: TestGateway, agent: Agent, size: number, chunked: boolean): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      ...(chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': size }),
    }
    const sent = request(`${gateway.issuer}/v1/links`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode))
    })
    sent.once('error', reject)
    sent.end('x'.repeat(size))
  })

it.each([false, true])('a body that is too large is answered, however often (chunked: %s)', async (chunked) => {
  const gateway = await startTestGateway()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  try {
    for (const size of SIZES) expect([size, await post(gateway, agent, size, chunked)]).toEqual([size, 413])
    expect(await post(gateway, agent, 16_384, chunked)).toBe(400)
  } finally {
    agent.destroy()
  }
})
