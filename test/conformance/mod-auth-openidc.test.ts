/**
 * The judge is Apache's mod_auth_openidc, certified as a relying party, in C with libraries of its own. It is set up by
 * nothing but the lines that `nod client add --snippet mod_auth_openidc` prints.
 */
import { describe, expect } from 'vitest'
import type { Registration } from '../../gateway/clients.ts'
import { findSnippet } from '../../gateway/commands/snippets/all-snippets.ts'
import type { Activity } from '../../shared/protocol/account.ts'
import { type Person, person } from '../gateway/people.ts'
import type { TestGateway } from '../gateway/support.ts'
import { hasApache, startApache } from './apache.ts'
import { startInRealTime } from './real-time.ts'
import { registered } from './registration.ts'
import { originOf } from './relying-party.ts'
import { shows } from './requirement.ts'
import { type Visitor, visitor } from './visitor.ts'

interface Site {
  gateway: TestGateway
  approver: Person
  browser: Visitor
  origin: string
  /** Whether Apache lets this browser in without asking the gateway. */
  isSignedIn(): Promise<boolean>
}

async function site(
  change: Partial<Registration> = {},
  { proof = 'secret', decision }: { proof?: 'secret' | 'none'; decision?: 'approve' | 'deny' } = {},
): Promise<Site> {
  const [gateway, origin] = [await startInRealTime(), await originOf()]
  const callback = `${origin}/signed-in`
  const registration = {
    redirect_uris: [callback],
    backchannel_logout_uri: `${callback}?logout=backchannel`,
    post_logout_redirect_uris: [`${origin}/bye`],
    ...change,
  }
  const one = await registered(gateway, registration, proof)
  await startApache(origin, findSnippet('mod_auth_openidc')!.write({ issuer: gateway.issuer, ...one }))
  const approver = await person(gateway)
  const browser = visitor(gateway, approver, decision)
  const isSignedIn = async () => (await browser.signIn(`${origin}/members`, gateway.issuer)).origin === origin
  return { gateway, approver, origin, browser, isSignedIn }
}

/** Opens a page for members, and comes to it through the gateway. */
async function signsIn({ browser, origin, approver }: Site): Promise<void> {
  const { url, answer } = await browser.open(`${origin}/members?page=1`)
  expect([url.href, answer.status]).toEqual([`${origin}/members?page=1`, 200])
  const { headers } = answer
  expect([headers.get('signed-in-as'), headers.get('signed-in-sub')]).toEqual([approver.username, approver.sub])
}

describe.skipIf(!hasApache)('mod_auth_openidc', () => {
  shows('sites', 'OpenID Connect Core §3.1', 'mod_auth_openidc signs in with the printed lines (RS256)', async () => {
    await signsIn(await site({ id_token_signed_response_alg: 'RS256' }))
  })

  shows('sites', 'OpenID Connect Core §3.1', 'mod_auth_openidc signs in with the printed lines (ES256)', async () => {
    await signsIn(await site({ id_token_signed_response_alg: 'ES256' }))
  })

  shows('sites', 'RFC 7636 §4', 'mod_auth_openidc signs in without a secret, with the printed lines', async () => {
    await signsIn(await site({}, { proof: 'none' }))
  })

  shows('sites', 'OpenID Connect Core §3.1.2.6', 'mod_auth_openidc lets nobody in when the person denies', async () => {
    const { browser, origin } = await site({}, { decision: 'deny' })
    const { url, answer } = await browser.open(`${origin}/members`)
    expect([url.pathname, answer.headers.has('signed-in-sub')]).toEqual(['/signed-in', false])
  })

  shows(
    'logout',
    'OpenID Connect Back-Channel Logout §2.6',
    'mod_auth_openidc takes the statement as true',
    async () => {
      const one = await site()
      await signsIn(one)
      expect(await one.isSignedIn()).toBe(true)
      const { headers } = one.approver
      const activity = (await (await one.gateway.fetch('/v1/activity', { headers })).json()) as Activity
      const { session_id } = activity.activity.find(({ type }) => type === 'approved')!
      const revoked = await one.gateway.fetch(`/v1/activity/${session_id}/revoke`, { method: 'POST', headers })
      expect(revoked.status).toBe(204)
      await expect.poll(one.isSignedIn, { timeout: 10_000 }).toBe(false)
    },
  )

  shows(
    'logout',
    'OpenID Connect RP-Initiated Logout §2',
    'mod_auth_openidc sends its person out and back',
    async () => {
      const one = await site()
      await signsIn(one)
      const bye = `${one.origin}/bye`
      const out = new URL(`${one.origin}/signed-in?${new URLSearchParams({ logout: bye })}`)
      expect((await one.browser.signIn(out, bye)).href).toBe(bye)
      expect(await one.isSignedIn()).toBe(false)
    },
  )
})
