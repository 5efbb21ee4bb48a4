/**
 * The judge is Auth.js, the engine of NextAuth, on a port of its own. Its provider is not written here: it is the one in
 * the lines that `nod client add --snippet auth.js` prints.
 */
import { Auth, type AuthConfig, setEnvDefaults } from '@auth/core'
import { getRequestListener } from '@hono/node-server'
import { expect } from 'vitest'
import type { Registered, Registration } from '../../gateway/clients.ts'
import { findSnippet } from '../../gateway/commands/snippets/all-snippets.ts'
import { person } from '../gateway/people.ts'
import type { TestGateway } from '../gateway/support.ts'
import { startInRealTime } from './real-time.ts'
import { registered } from './registration.ts'
import { originOf, serve } from './relying-party.ts'
import { shows } from './requirement.ts'
import { type Visitor, visitor } from './visitor.ts'

/** The configuration in the printed lines, completed from their environment as NextAuth does it. */
async function printed({ issuer }: TestGateway, one: Registered): Promise<AuthConfig> {
  const lines = findSnippet('auth.js')!.write({ issuer, ...one })
  const [environment, code] = lines.split('// auth.ts')
  const taken = code!.replace("import NextAuth from 'next-auth'", 'const NextAuth = (handlers) => ({ handlers })')
  const { handlers } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(taken)}`)
  const config: AuthConfig = { basePath: '/api/auth', ...handlers }
  setEnvDefaults(Object.fromEntries([...environment!.matchAll(/^(\w+)=(.*)$/gm)].map((line) => line.slice(1))), config)
  return config
}

interface Site {
  browser: Visitor
  sub: string
  /** Signs in by the button on the site; answers where that ends. */
  signIn(): Promise<URL>
  /** What the site knows of who is in front of it. */
  session(): Promise<{ user?: { name?: string }; account?: string } | null>
}

async function site(
  change: Partial<Registration> = {},
  { proof = 'secret', decision }: { proof?: 'secret' | 'none'; decision?: 'approve' | 'deny' } = {},
): Promise<Site> {
  const [gateway, origin] = [await startInRealTime(), await originOf()]
  const approver = await person(gateway)
  const redirect_uris = [`${origin}/api/auth/callback/nod`]
  const config: AuthConfig = {
    ...(await printed(gateway, await registered(gateway, { redirect_uris, ...change }, proof))),
    trustHost: true,
    logger: { error() {} },
    callbacks: {
      jwt: ({ token, account }) => ({ ...token, ...(account && { account: account.providerAccountId }) }),
      session: ({ session, token }) => ({ ...session, account: token.account }),
    },
  }
  const answer = (request: Request): Response | Promise<Response> =>
    new URL(request.url).pathname.startsWith('/api/auth') ? Auth(request, config) : new Response('home')
  await serve(origin, getRequestListener(answer))

  const browser = visitor(gateway, approver, decision)
  const json = async (path: string) => (await browser.open(`${origin}/api/auth/${path}`)).answer.json()
  return {
    browser,
    sub: approver.sub,
    async signIn() {
      const { csrfToken } = (await json('csrf')) as { csrfToken: string }
      const form = new URLSearchParams({ csrfToken, callbackUrl: `${origin}/home` })
      return (await browser.open(`${origin}/api/auth/signin/nod`, { form })).url
    },
    session: () => json('session'),
  }
}

async function signsIn(one: Site): Promise<void> {
  expect(await one.session()).toBeNull()
  expect((await one.signIn()).pathname).toBe('/home')
  expect(await one.session()).toMatchObject({ account: one.sub, user: { name: expect.any(String) } })
}

shows('sites', 'OpenID Connect Core §3.1', 'Auth.js signs a person in with the printed lines (RS256)', async () => {
  await signsIn(await site())
})

shows('sites', 'OpenID Connect Core §3.1', 'Auth.js signs a person in with the printed lines (ES256)', async () => {
  await signsIn(await site({ id_token_signed_response_alg: 'ES256' }))
})

shows('sites', 'RFC 7636 §4', 'Auth.js signs a person in without a secret, with the printed lines', async () => {
  await signsIn(await site({}, { proof: 'none' }))
})

shows('sites', 'OpenID Connect Core §3.1.2.6', 'Auth.js leaves nobody signed in when the person denies', async () => {
  const one = await site({}, { decision: 'deny' })
  expect((await one.signIn()).searchParams.get('error')).not.toBeNull()
  expect(await one.session()).toBeNull()
})
