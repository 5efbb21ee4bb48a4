/** What the log may say: nothing of what anybody holds as a secret, at any level, on any way through (SECURITY 15). */
import { expect, it } from 'vitest'
import { hash } from '../../gateway/secrets.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import type { SessionCreated } from '../../shared/protocol/session-messages.ts'
import { issuedCode, redeem, redemption } from './codes.ts'
import { extension, reader } from './linking.ts'
import { approve, decide, PASSWORD, person, site, VERIFIER, waitingPage } from './people.ts'
import { startTestGateway, type TestGateway } from './support.ts'

/** Members whose values somebody could do something with. */
const SECRET =
  /^(poll_secret|ticket(_key)?|user_code|device_code|code|redirect_to|(access|refresh|id)_token|device_token|link_secret|challenge|proof|decision|password|(current|new)_password|invite|client_secret|code_verifier|request_uri|cookie|set-cookie|authorization|match_number|verification_uri_complete|phrase)$/

/** A fetch that keeps every secret that went either way. */
function listening(gateway: TestGateway, secrets: Set<string>): TestGateway {
  const note = (name: string, value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) note(name, each)
    else if (typeof value === 'object' && value !== null)
      for (const [member, inner] of Object.entries(value)) note(member, inner)
    else if (typeof value === 'string' && SECRET.test(name)) {
      const bare = value.replace(/^(Bearer|Basic) |^nod_\w+=|;.*$/g, '')
      const code = URL.canParse(bare) ? new URL(bare).searchParams.get('code') : null
      for (const secret of [bare, code, ...bare.split('.').slice(1)])
        if (secret && secret.length > 5) secrets.add(secret)
    }
  }
  const noteText = (text: string): void => {
    try {
      note('', JSON.parse(text))
    } catch {
      note('', Object.fromEntries(new URLSearchParams(text)))
    }
  }
  return {
    ...gateway,
    async fetch(path, init) {
      note('', Object.fromEntries(new Headers(init?.headers)))
      if (init?.body) noteText(String(init.body))
      const answer = await gateway.fetch(path, init)
      note('', Object.fromEntries(answer.headers))
      noteText(await answer.clone().text())
      return answer
    },
  }
}

it('says no secret, code, ticket or token of a whole sign-in, nor of what goes wrong in one', async () => {
  const lines: string[] = []
  const secrets = new Set<string>()
  const settings = { NOD_LOG_LEVEL: 'trace', NOD_REGISTRATION: 'open' }
  const gateway = listening(await startTestGateway(settings, { onLog: (line) => lines.push(line) }), secrets)
  const client = await site(gateway, { device_grant: true, offline_access: true })
  const one = await person(gateway)

  const code = await issuedCode(gateway, client, one, { scope: 'openid offline_access', prompt: 'consent' })
  const tokens = (await (await redeem(gateway, redemption(client, code))).json()) as Record<string, string>
  await gateway.fetch('/userinfo', { headers: { authorization: `Bearer ${tokens.access_token}` } })
  await redeem(gateway, redemption(client, code))
  await redeem(gateway, redemption(client, code, { code_verifier: `${VERIFIER}-wrong` }))
  await gateway.fetch('/revoke', {
    method: 'POST',
    body: new URLSearchParams({ client_id: client.client_id, token: tokens.access_token! }),
  })
  await gateway.fetch(`/logout?id_token_hint=${tokens.id_token}`)

  const body = new URLSearchParams({ client_id: client.client_id, scope: 'openid' })
  const begun = await gateway.fetch('/device_authorization', { method: 'POST', body })
  const { user_code } = (await begun.json()) as SessionCreated
  await one.claim({ user_code })
  await one.claim({ user_code: 'BBBB-BBBB' })

  const { link, view } = await extension(gateway)
  await (await reader(gateway, 'ada')).answer(link.link_id, 'accept')
  await view()
  const page = await waitingPage(gateway, client)
  const claim = (await (await one.claim({ ticket: await page.ticket() })).json()) as Claim
  await one.send(claim.claim_id, await one.sign(claim, 'approve', { number: 'xx' }))
  await decide(one, await waitingPage(gateway, client), 'deny')
  await approve(one, await waitingPage(gateway, client))

  // What is said in the wrong place, or is broken.
  const { session_id, poll_secret } = page.session
  await gateway.fetch(`/q?ticket=${await page.ticket()}`)
  await gateway.fetch(`/v1/sessions/${session_id}?poll_secret=${poll_secret}`)
  await gateway.fetch(`/v1/links/${link.link_id}?after=x`, { headers: { authorization: `Bearer ${link.link_secret}` } })
  await gateway.fetch('/v1/sign-in', { method: 'POST', headers: one.headers, body: `{"password":"${PASSWORD}"` })
  await gateway.fetch('/v1/claims', { method: 'POST', headers: one.headers, body: `{"ticket":5,"x":"${poll_secret}"}` })

  expect(lines.length).toBeGreaterThan(20)
  expect(secrets.size).toBeGreaterThan(30)
  for (const secret of [PASSWORD, poll_secret, link.link_secret, tokens.refresh_token!, user_code])
    expect(secrets).toContain(secret)
  const all = lines.join('\n')
  const said = [...secrets].filter((secret) => all.includes(secret))
  expect(said).toEqual([])
  // Nor who it was: an id is a name for somebody who can look it up.
  for (const id of [one.sub, session_id, hash(poll_secret)]) expect(all).not.toContain(id)
})
