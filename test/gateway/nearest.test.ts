/** What a developer is told who mistyped a registered value, and who is told it. */
import { describe, expect, it } from 'vitest'
import { nearestHint } from '../../gateway/nearest.ts'
import { authorize, site } from './people.ts'
import { startTestGateway } from './support.ts'

const REGISTERED = ['https://shop.example/cb', 'http://localhost:3000/cb', 'https://shop.example/other']

describe('the nearest registered value', () => {
  const told = (asked: string) =>
    /nearest that is: (\S+) \(([^)]*)\)/.exec(nearestHint('redirect_uri', asked, REGISTERED))!

  it.each([
    ['http://localhost:3001/cb', 'http://localhost:3000/cb', 'another port'],
    ['https://shop.example/cb/', 'https://shop.example/cb', 'the slash at the end differs'],
    ['https://shop.example/others', 'https://shop.example/other', 'another path'],
    ['https://shop.example/CB', 'https://shop.example/cb', 'in other letter case'],
    [' https://shop.example/cb', 'https://shop.example/cb', 'without the blanks around it'],
    ['http://shop.example/cb', 'https://shop.example/cb', 'another scheme'],
    ['https://shop.example:8443/cb?x', 'https://shop.example/cb', 'another port and another query'],
    ['https://shop.example:443/cb', 'https://shop.example/cb', 'the same address in another spelling'],
    ['shop.example/cb', 'https://shop.example/cb', 'what was sent is no absolute URI'],
  ])('to %s is %s: %s', (asked, registered, differing) => {
    expect(told(asked).slice(1)).toEqual([registered, differing])
  })

  it('is told with what else there is, and never with what was asked for', () => {
    const hint = nearestHint('redirect_uri', 'http://evil.example/"<x>', REGISTERED)
    for (const uri of REGISTERED) expect(hint).toContain(uri)
    expect(hint).not.toContain('evil')
    expect(nearestHint('origin', 'x'.repeat(100_000), [])).toBe('This client has no registered origin.')
  })
})

describe('an error page', () => {
  const page = async (settings: Record<string, string>) => {
    const gateway = await startTestGateway(settings)
    const client = await site(gateway, { redirect_uris: REGISTERED })
    const query = new URLSearchParams({ client_id: client.client_id, redirect_uri: 'http://localhost:3001/cb' })
    const answer = await gateway.fetch(`/authorize?${query}`, { headers: { accept: 'text/html' } })
    const json = await authorize(gateway, client, { redirect_uri: 'http://localhost:3001/cb' })
    return [await answer.text(), await json.text()]
  }

  it('names the nearest redirect_uri to a developer at this machine', async () => {
    for (const text of await page({})) {
      expect(text).toContain('http://localhost:3000/cb (another port)')
      expect(text).not.toContain('localhost:3001')
    }
  })

  it('names none to the world', async () => {
    for (const text of await page({ NOD_ISSUER: 'https://nod.example', NOD_LIMITS: 'on' })) {
      expect(text).toContain('invalid_redirect_uri')
      expect(text).not.toContain('localhost:3000')
      expect(text).not.toContain('shop.example')
    }
  })
})
