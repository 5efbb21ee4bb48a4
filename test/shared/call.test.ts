/** What a client makes of answers that are not what the protocol says: a clean error, soon, and nothing else. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as v from 'valibot'
import { describe, expect, onTestFinished, test } from 'vitest'
import { call, GatewayError } from '../../shared/client/call.ts'

const Answer = v.object({ a: v.number() })

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const answering = (status: number, headers: Record<string, string>, body: string) =>
  serve((_request, response) => response.writeHead(status, headers).end(body))

const JSON_TYPE = { 'content-type': 'application/json' }

const failure = async (asking: Promise<unknown>): Promise<GatewayError> => {
  const error = await asking.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof GatewayError)) throw new Error(`not a GatewayError: ${error}`)
  return error
}

test('a right answer is given on, and only what is known of it', async () => {
  const url = await answering(200, JSON_TYPE, '{"a":1,"__proto__":{"x":1},"b":2}')
  expect(await call(url, Answer)).toEqual({ a: 1 })
})

test('the session’s own media type is JSON too', async () => {
  const url = await answering(201, { 'content-type': 'application/nod-session+json; charset=utf-8' }, '{"a":1}')
  expect(await call(url, Answer)).toEqual({ a: 1 })
})

describe.each([
  ['HTML', 200, { 'content-type': 'text/html' }, '<h1>Welcome</h1>'],
  ['JSON of another type', 200, { 'content-type': 'text/plain' }, '{"a":1}'],
  ['JSON without a type', 200, {}, '{"a":1}'],
  ['broken JSON', 200, JSON_TYPE, '{"a":1'],
  ['JSON of another form', 200, JSON_TYPE, '{"a":"1"}'],
  ['deep JSON', 200, JSON_TYPE, '['.repeat(30_000) + ']'.repeat(30_000)],
  ['nothing', 204, {}, ''],
  ['an error that is none of ours', 404, { 'content-type': 'text/html' }, 'Not found'],
])('%s', (_name, status, headers, body) => {
  test('is not taken for a gateway’s', async () => {
    const error = await failure(call(await answering(status, headers as Record<string, string>, body), Answer))
    expect(error).toMatchObject({ code: 'not_a_gateway', status })
  })
})

test('an answer from somewhere else than it must come from is not read', async () => {
  const elsewhere = await answering(200, JSON_TYPE, '{"a":1}')
  const url = await answering(302, { location: elsewhere }, '')
  expect(await call(url, Answer, { redirect: 'follow', from: elsewhere })).toEqual({ a: 1 })
  const error = await failure(call(url, Answer, { redirect: 'follow', from: url }))
  expect(error).toMatchObject({ code: 'not_a_gateway', message: expect.stringContaining(elsewhere) })
})

test('an answer of ten megabytes is not read', async () => {
  let sent = 0
  const url = await serve((_request, response) => {
    response.writeHead(200, JSON_TYPE)
    const more = () => {
      while (sent < 10_000_000 && response.write(' '.repeat(10_000))) sent += 10_000
      response.once('drain', more)
    }
    more()
  })
  expect(await failure(call(url, Answer))).toMatchObject({ code: 'not_a_gateway' })
  expect(sent).toBeLessThan(10_000_000)
})

test('a redirect is not followed', async () => {
  let followed = false
  const url = await serve((request, response) => {
    followed ||= request.url === '/elsewhere'
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  expect(await failure(call(url, Answer))).toMatchObject({ code: 'unreachable' })
  expect(followed).toBe(false)
})

test.each(['before the headers', 'in the body'])('who is slow %s is given up', async (where) => {
  const url = await serve((_request, response) => {
    if (where === 'in the body') response.writeHead(200, JSON_TYPE).write('{')
  })
  expect(await failure(call(url, Answer, { timeout_seconds: 0.2 }))).toMatchObject({ code: 'unreachable', status: 0 })
})

test('nobody there is out of reach', async () => {
  expect(await failure(call('http://127.0.0.1:9', Answer))).toMatchObject({ code: 'unreachable', status: 0 })
})

test('a proxy that speaks for a gateway it does not reach is no gateway that answers', async () => {
  const url = await answering(502, { 'content-type': 'text/html', 'retry-after': '7' }, 'Bad gateway')
  expect(await failure(call(url, Answer))).toMatchObject({ code: 'unreachable', status: 502, retry_after: 7 })
})

test('the gateway’s own error comes with its code and all it carries', async () => {
  const body = { error: 'already_decided', error_description: 'Answered.', request_id: 'r', state: 'denied' }
  const url = await answering(409, { ...JSON_TYPE, 'retry-after': '3' }, JSON.stringify(body))
  const error = await failure(call(url, Answer))
  expect(error).toMatchObject({ code: 'already_decided', status: 409, message: 'Answered.', retry_after: 3, body })
})

test('who gives up gets their own reason back', async () => {
  const url = await serve(() => {})
  const controller = new AbortController()
  const asking = call(url, Answer, { signal: controller.signal })
  controller.abort(new Error('changed my mind'))
  await expect(asking).rejects.toThrow('changed my mind')
})

test('what is sent is what was said, and no more', async () => {
  const seen: { method?: string | undefined; headers: unknown; body: string }[] = []
  const url = await serve(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen.push({ method: request.method, headers: request.headers, body })
    response.writeHead(200, JSON_TYPE).end('{"a":1}')
  })
  await call(url, Answer)
  await call(url, Answer, { bearer: 'token', json: { b: 2 } })
  await call(url, Answer, { form: new URLSearchParams({ c: '3 4' }) })
  expect(seen).toMatchObject([
    { method: 'GET', body: '' },
    { method: 'POST', headers: { authorization: 'Bearer token', 'content-type': 'application/json' }, body: '{"b":2}' },
    { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }, body: 'c=3+4' },
  ])
  expect(seen[0]?.headers).not.toHaveProperty('authorization')
})
