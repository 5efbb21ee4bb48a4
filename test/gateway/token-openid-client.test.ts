/**
 * An outside judge: openid-client, the library most sites would use, with every check it has, against a gateway on a real
 * port. It runs the very lines that `nod client add` prints.
 */
import * as oidc from 'openid-client'
import { describe, expect, it } from 'vitest'
import { createClients } from '../../gateway/clients.ts'
import { openidClient } from '../../gateway/commands/snippets/openid-client.ts'
import { BLANK } from '../../gateway/registration.ts'
import { startNow, throughTheBrowser } from './browser.ts'
import { person } from './people.ts'

interface Snippet {
  start(): Promise<{ url: URL; kept: Record<string, string> }>
  finish(url: URL, kept: Record<string, string>): Promise<oidc.IDToken>
}

/** Runs printed lines as a module of their own. */
async function run(snippet: string): Promise<Snippet> {
  const resolved = snippet.replace("'openid-client'", `'${import.meta.resolve('openid-client')}'`)
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(resolved)}`)
}

describe('openid-client', () => {
  it.each([
    ['a confidential client, RS256', 'RS256', true],
    ['a confidential client, ES256', 'ES256', true],
    ['a public client', 'RS256', false],
  ] as const)('signs a person in for %s with the lines that registering it prints', async (_, alg, with_secret) => {
    const gateway = await startNow()
    const approver = await person(gateway, 'ada')
    const registration = {
      ...BLANK,
      name: 'Shop',
      redirect_uris: ['https://shop.example/cb'],
      id_token_signed_response_alg: alg,
    }
    const { client, client_secret } = await createClients(gateway.deps).add(registration, with_secret)
    const lines = openidClient.write({ issuer: gateway.issuer, client, client_secret })
    const [code, environment] = lines.split('// The code\n').reverse()
    expect(environment).toBe(with_secret ? `# In the environment\nOIDC_CLIENT_SECRET=${client_secret}\n\n` : undefined)
    const { start, finish } = await run(code!.replace('env.OIDC_CLIENT_SECRET', `'${client_secret}'`))
    const { url, kept } = await start()
    const claims = await finish(await throughTheBrowser(gateway, url, approver), kept)
    expect(claims).toMatchObject({ sub: approver.sub, name: 'ada', preferred_username: 'ada' })
  })

  it('finds everything by discovery, checks the signature, iss, nonce, max_age, and reads userinfo', async () => {
    const gateway = await startNow()
    const approver = await person(gateway, 'ada')
    const registration = { ...BLANK, name: 'Shop', redirect_uris: ['https://shop.example/cb'] }
    const { client, client_secret } = await createClients(gateway.deps).add(registration, true)
    const server = await oidc.discovery(
      new URL(gateway.issuer),
      client.client_id,
      { require_auth_time: true },
      oidc.ClientSecretPost(client_secret!),
      { execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks] },
    )
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
    const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()]
    const url = oidc.buildAuthorizationUrl(server, {
      redirect_uri: client.redirect_uris[0]!,
      scope: 'openid profile',
      state: expectedState,
      nonce: expectedNonce,
      max_age: '60',
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const back = await throughTheBrowser(gateway, url, approver)
    const checks = { pkceCodeVerifier, expectedState, expectedNonce, maxAge: 60, idTokenExpected: true }
    const tokens = await oidc.authorizationCodeGrant(server, back, checks)
    expect(tokens.claims()).toMatchObject({ aud: client.client_id, amr: ['swk', 'user'] })
    const info = await oidc.fetchUserInfo(server, tokens.access_token, approver.sub)
    expect(info).toEqual({ sub: approver.sub, name: 'ada', preferred_username: 'ada' })
    await expect(oidc.authorizationCodeGrant(server, back, checks)).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('works by the OAuth document too (RFC 8414)', async () => {
    const gateway = await startNow()
    const server = await oidc.discovery(new URL(gateway.issuer), 'any', undefined, oidc.None(), {
      algorithm: 'oauth2',
      execute: [oidc.allowInsecureRequests],
    })
    expect(server.serverMetadata().supportsPKCE()).toBe(true)
  })
})
