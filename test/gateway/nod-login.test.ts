/** The script of `<nod-login>` as the pages of sites get it: who may load it, for how long, and how much it is. */
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { ERRORS } from '../../shared/protocol/errors.ts'
import { startTestGateway } from './support.ts'

const MOST_BYTES = 30_000

it('may be loaded by any page, and is asked for again after a while', async () => {
  const gateway = await startTestGateway()
  const script = await gateway.fetch('/nod-login.js', { headers: { origin: 'https://shop.example' } })
  expect(script.status).toBe(200)
  expect(Object.fromEntries(script.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'cache-control': 'public, max-age=300',
    'content-type': 'text/javascript; charset=utf-8',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
  })
  expect(script.headers.get('access-control-allow-credentials')).toBeNull()

  const etag = script.headers.get('etag')!
  const again = await gateway.fetch('/nod-login.js', { headers: { 'if-none-match': etag } })
  expect([again.status, await again.text()]).toEqual([304, ''])
  expect(Object.fromEntries(again.headers)).toMatchObject({ 'access-control-allow-origin': '*', etag })
})

it('is one small file with nothing in it but what a login page needs', async () => {
  const gateway = await startTestGateway()
  const code = await (await gateway.fetch('/nod-login.js')).text()
  expect(gzipSync(code).byteLength).toBeLessThan(MOST_BYTES)
  const unwanted = {
    'loads something more': /\bimport\s*[("'{*]/,
    'makes markup of a string': /\.innerHTML\s*=[^=]/,
    'speaks of approving': /\bask_|device_token|context_hash/,
    'has the gateway’s table of errors': new RegExp(ERRORS.unknown_client.description),
  }
  const found = Object.entries(unwanted).filter(([, pattern]) => pattern.test(code))
  expect(found.map(([what]) => what)).toEqual([])
})
