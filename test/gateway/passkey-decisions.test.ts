/** Sites that ask for a passkey with each approval: it confirms what was shown, this once, and nothing else. */
import { describe, expect, it } from 'vitest'
import { passkeyChallenge } from '../../shared/protocol/decision.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import type { Assertion } from '../../shared/protocol/passkey.ts'
import type { Authenticator, Lies } from './authenticator.ts'
import { outcome, redeem, redemption } from './codes.ts'
import { withPasskey } from './held-passkey.ts'
import { authorize, type Person, person, site, type WaitingPage, waitingPage } from './people.ts'
import { recorded } from './record.ts'
import { startTestGateway, type TestGateway } from './support.ts'

const json = async (answer: Response): Promise<Record<string, unknown>> => answer.json()

interface Scene {
  gateway: TestGateway
  page: WaitingPage
  one: Person
  held: Authenticator
  claim: Claim
  state(): Promise<string>
  confirm(claim?: Claim, lies?: Lies): Promise<Assertion>
  send(passkey?: unknown, decision?: 'approve' | 'deny'): Promise<Response>
}

async function scanned(running?: Pick<Scene, 'gateway' | 'one' | 'held'>, options = {}): Promise<Scene> {
  const gateway = running?.gateway ?? (await startTestGateway())
  const one = running?.one ?? (await person(gateway))
  const held = running?.held ?? (await withPasskey(gateway, one.username, options))
  const page = await waitingPage(gateway, await site(gateway, { confirm: 'passkey' }))
  const claim = (await json(await one.claim({ ticket: await page.ticket() }))) as Claim
  const send = async (passkey?: unknown, decision: 'approve' | 'deny' = 'approve') =>
    one.send(claim.claim_id, await one.sign(claim, decision), { passkey })
  return {
    gateway,
    one,
    held,
    page,
    claim,
    send,
    state: async () => (await page.view()).state,
    confirm: async (shown = claim, lies = {}) => held.assert(await passkeyChallenge(shown), lies),
  }
}

const told = async (answer: Response) => [answer.status, (await json(answer)).error]

describe('where a site asks for a passkey', () => {
  it('the claim says so, and shows no number', async () => {
    const { claim, page } = await scanned()
    expect(claim.confirm).toBe('passkey')
    expect(await page.view()).not.toHaveProperty('match_number')
  })

  it('an assertion over what was shown approves', async () => {
    const scene = await scanned()
    expect((await scene.send(await scene.confirm())).status).toBe(200)
    expect(await scene.state()).toBe('approved')
    const headers = scene.one.headers
    const { passkeys } = (await json(await scene.gateway.fetch('/v1/me/passkeys', { headers }))) as {
      passkeys: { last_used_at: number }[]
    }
    expect(passkeys[0]!.last_used_at).toBe(scene.gateway.clock.now())
  })

  it('none is a clear answer, and nothing has changed', async () => {
    const scene = await scanned()
    expect(await told(await scene.send())).toEqual([400, 'passkey_required'])
    expect(await scene.state()).toBe('claimed')
    expect((await scene.send(await scene.confirm())).status).toBe(200)
  })

  it('a denial needs none', async () => {
    const scene = await scanned()
    expect((await scene.send(undefined, 'deny')).status).toBe(200)
    expect(await scene.state()).toBe('denied')
  })

  it('it comes beside the signed decision, not in place of it (G26)', async () => {
    const scene = await scanned()
    const passkey = await scene.confirm()
    expect(await told(await scene.one.send(scene.claim.claim_id, '', { passkey }))).toEqual([401, 'invalid_decision'])
    expect(await scene.state()).toBe('claimed')
  })

  it.each<[string, Lies]>([
    ['challenge', { challenge: 'A'.repeat(43) }],
    ['origin', { origin: 'https://evil.example' }],
    ['rpId', { rp_id: 'evil.example' }],
    ['presence', { flags: 0x04 }],
    ['verification', { flags: 0x01 }],
    ['type', { type: 'webauthn.create' }],
    ['frame', { cross_origin: true }],
    ['signature', { signs: Buffer.from('something else') }],
    ['counter', { sign_count: 1 }],
    ['account', { user_handle: 'Ym9i' }],
    ['credential', { id: 'AAAA' }],
  ])('a wrong %s approves nothing, and is on the record (G67)', async (_, lies) => {
    const scene = await scanned()
    expect(await told(await scene.send(await scene.confirm(scene.claim, lies)))).toEqual([403, 'passkey_failed'])
    expect(await scene.state()).toBe('claimed')
    expect(recorded(scene.gateway, 'decision_refused').map(({ detail }) => detail)).toEqual([
      '{"reason":"passkey_failed"}',
    ])
    expect((await scene.send(await scene.confirm(scene.claim, { sign_count: 50 }))).status).toBe(200)
  })

  it('one that confirmed another request, or the same one as it was shown elsewhere, approves nothing (I8)', async () => {
    const first = await scanned()
    const second = await scanned(first)
    for (const shown of [
      first.claim,
      { ...second.claim, challenge: first.claim.challenge },
      { ...second.claim, context_hash: first.claim.context_hash },
    ]) {
      expect(await told(await second.send(await second.confirm(shown)))).toEqual([403, 'passkey_failed'])
    }
    expect(await second.state()).toBe('claimed')
  })

  it("another person's passkey approves nothing", async () => {
    const scene = await scanned()
    const bob = await person(scene.gateway, 'bob')
    const bobs = await withPasskey(scene.gateway, bob.username)
    const passkey = bobs.assert(await passkeyChallenge(scene.claim))
    expect(await told(await scene.send(passkey))).toEqual([403, 'passkey_failed'])
  })

  it('a passkey that was removed meanwhile approves nothing', async () => {
    const scene = await scanned()
    const passkey = await scene.confirm()
    const entry = { at: 0, type: 'passkey_removed' }
    await scene.gateway.deps.store.removePasskey(scene.held.id, scene.one.sub, entry)
    expect(await told(await scene.send(passkey))).toEqual([403, 'passkey_failed'])
  })

  it.each([{ counts: true }, { counts: false }])(
    'the same bytes again get the same answer, %o (G12)',
    async (options) => {
      const scene = await scanned(undefined, options)
      const jws = await scene.one.sign(scene.claim, 'approve')
      const passkey = await scene.confirm()
      const again = () => scene.one.send(scene.claim.claim_id, jws, { passkey })
      const answers = [...(await Promise.all([again(), again(), again(), again()])), await again()]
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
      expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1)
      expect(recorded(scene.gateway, 'approved').length).toBe(1)
    },
  )

  it('the token says what happened: a passkey, and not phishing-resistant (G50)', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway, { confirm: 'passkey' })
    const one = await person(gateway)
    const held = await withPasskey(gateway, one.username)
    const acr = `${gateway.issuer}/acr/passkey`
    const claims = JSON.stringify({ id_token: { acr: { essential: true, value: acr } } })
    const page = await waitingPage(gateway, client, { claims })
    const claim = (await json(await one.claim({ ticket: await page.ticket() }))) as Claim
    const passkey = held.assert(await passkeyChallenge(claim))
    await one.send(claim.claim_id, await one.sign(claim, 'approve'), { passkey })
    const code = new URL((await page.view()).redirect_to!).searchParams.get('code')!
    const { id_token } = (await json(await redeem(gateway, redemption(client, code)))) as { id_token: string }
    expect(JSON.parse(Buffer.from(id_token.split('.')[1]!, 'base64url').toString())).toMatchObject({
      acr,
      amr: ['swk', 'pop', 'user', 'mfa'],
    })
  })

  it('a site that does not ask for one cannot be promised one', async () => {
    const gateway = await startTestGateway()
    const client = await site(gateway)
    const claims = JSON.stringify({ id_token: { acr: { essential: true, value: `${gateway.issuer}/acr/passkey` } } })
    const asked = outcome(authorize(gateway, client, { claims }))
    expect(await asked).toBe('400 unmet_authentication_requirements')
  })
})
