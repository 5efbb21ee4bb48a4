/**
 * The judge is Passport with passport-openidconnect, of another hand than the other libraries, on a port of its own. It
 * knows no PKCE, as many clients of its age do not, so its registration does without.
 */
import expressSession from 'express-session'
import passport from 'passport'
import OpenIDConnectStrategy from 'passport-openidconnect'
import { expect } from 'vitest'
import { type Person, person } from '../gateway/people.ts'
import { startInRealTime } from './real-time.ts'
import { registered } from './registration.ts'
import { type Handler, originOf, serve } from './relying-party.ts'
import { shows } from './requirement.ts'
import { type Visitor, visitor } from './visitor.ts'

interface Site {
  approver: Person
  browser: Visitor
  origin: string
}

async function site(pkce: boolean, decision?: 'approve' | 'deny'): Promise<Site> {
  const [gateway, origin] = [await startInRealTime(), await originOf()]
  const callbackURL = `${origin}/callback`
  const { client, client_secret } = await registered(gateway, { redirect_uris: [callbackURL], pkce })
  const { issuer } = gateway
  const authenticator = new passport.Passport()
  authenticator.serializeUser((user, done) => done(null, user))
  authenticator.deserializeUser((user, done) => done(null, user))
  authenticator.use(
    new OpenIDConnectStrategy(
      {
        issuer,
        authorizationURL: `${issuer}/authorize`,
        tokenURL: `${issuer}/token`,
        userInfoURL: `${issuer}/userinfo`,
        clientID: client.client_id,
        clientSecret: client_secret!,
        callbackURL,
        scope: ['profile'],
        nonce: true,
        maxAge: 60,
        skipUserProfile: false,
      },
      (_, profile, done) => done(null, profile),
    ),
  )
  await serveHandlers(origin, [
    expressSession({ secret: 'only for this test', resave: false, saveUninitialized: false }),
    authenticator.session(),
    onlyAt(['/login', '/callback'], authenticator.authenticate('openidconnect')),
    (request, response) => response.end(JSON.stringify((request as { user?: object }).user ?? null)),
  ])
  const approver = await person(gateway)
  return { approver, origin, browser: visitor(gateway, approver, decision) }
}

const onlyAt =
  (paths: string[], handler: Handler): Handler =>
  (request, response, next) =>
    paths.includes(new URL(request.url!, 'http://any').pathname) ? handler(request, response, next) : next()

/** As express does it: one after the other, with the query read. */
const serveHandlers = (origin: string, handlers: Handler[]): Promise<void> =>
  serve(origin, (request, response) => {
    Object.assign(request, { query: Object.fromEntries(new URL(request.url!, origin).searchParams) })
    const run = ([handler, ...rest]: Handler[]): void =>
      handler?.(request, response, (error) => (error ? response.writeHead(500).end(String(error)) : run(rest)))
    run(handlers)
  })

const profile = async ({ browser, origin }: Site) => (await browser.open(`${origin}/me`)).answer.json()

shows('sites', 'OpenID Connect Core §3.1', 'Passport signs a person in and reads userinfo, without PKCE', async () => {
  const one = await site(false)
  expect(await profile(one)).toBeNull()
  const { answer, url } = await one.browser.open(`${one.origin}/login`)
  expect([answer.status, url.pathname]).toEqual([200, '/callback'])
  expect(await profile(one)).toMatchObject({ id: one.approver.sub, username: one.approver.username })
})

shows('authorization', 'RFC 9700 §2.1.1', 'Passport is refused where it was not registered to lack PKCE', async () => {
  const one = await site(true)
  const { answer, url } = await one.browser.open(`${one.origin}/login`)
  expect([answer.status, url.pathname, url.searchParams.get('error')]).toEqual([500, '/callback', 'invalid_request'])
  expect(await profile(one)).toBeNull()
})

shows('sites', 'OpenID Connect Core §3.1.2.6', 'Passport leaves nobody signed in when the person denies', async () => {
  const one = await site(false, 'deny')
  expect((await one.browser.open(`${one.origin}/login`)).answer.status).toBe(401)
  expect(await profile(one)).toBeNull()
})
