/** What this machine takes for the same without a gateway: a server of node:http that holds polls and does nothing else. */
import { createServer, type ServerResponse } from 'node:http'
import { freePort, listen } from '../demo/ports.ts'
import { posted, RUNS } from './device-poll.ts'

/** Milliseconds each, from the decision's answer to the poll's. */
export async function polledBare(): Promise<number[]> {
  const held = new Map<string, ServerResponse>()
  const server = createServer((request, response) => {
    const [, what, id = ''] = request.url!.split('/')
    if (what === 'poll') {
      held.set(id, response)
      return
    }
    response.end('{}')
    held.get(id)?.end('{}')
  })
  const port = await freePort()
  await listen(server, port)
  const origin = `http://127.0.0.1:${port}`
  const waits: number[] = []
  for (let id = 0; id < RUNS; id++) {
    const done = posted(`${origin}/poll/${id}`, '').then(() => performance.now())
    while (!held.has(`${id}`)) await new Promise(setImmediate)
    await posted(`${origin}/decide/${id}`, '')
    const answered = performance.now()
    waits.push((await done) - answered)
  }
  server.closeAllConnections()
  server.close()
  return waits
}
