/**
 * The demo site's addresses: a small shop with a strict Content-Security-Policy and no script of its own. It knows of its
 * identity provider what any relying party knows. Only its other login page says that this one is a Nod: it has the code
 * in it by one line of HTML.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { secureHeaders } from 'hono/secure-headers'
import { createLogoutReader } from './logout.ts'
import {
  type Attempt,
  discover,
  finishSignIn,
  type Person,
  type Provider,
  startSignIn,
  wasDeclined,
} from './sign-in.ts'
import { accountPage, elementLoginPage, loginPage, type Problem, shopPage } from './views.ts'

export const START_PATH = '/login/nod'
export const CALLBACK_PATH = '/login/nod/callback'
/** Where the provider says that a sign-in is over. */
export const LOGOUT_PATH = '/logout/nod'
/** The login page that shows the code by itself. */
export const ELEMENT_PATH = '/login/element'

const POLICY = {
  defaultSrc: ["'none'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
  requireTrustedTypesFor: ["'script'"],
}

/** What `<nod-login>` needs: the gateway's script, and to reach the site's own sign-in and then the gateway. */
const elementPolicy = (issuer: string) => ({
  ...POLICY,
  scriptSrc: [issuer],
  connectSrc: ["'self'", issuer, issuer.replace(/^http/, 'ws')],
})

const SESSION = 'shop_session'
/** One cookie per attempt, so that two tabs, or a widget and a link, do not spoil each other's sign-in. */
const attemptCookie = (state: string): string => `shop_attempt_${state}`
const ATTEMPT = { path: START_PATH, httpOnly: true, sameSite: 'Lax', maxAge: 600 } as const

/** The file as it is now: who edits the style sees it at the next reload. */
const styles = (): string => readFileSync(new URL('site.css', import.meta.url), 'utf8')

export interface SiteOptions extends Provider {
  /** Where the site is reached: `http://localhost:3000`. */
  origin: string
}

export function createSite(options: SiteOptions): Hono {
  const people = new Map<string, Person>()
  const signedIn = (c: Context): Person | undefined => people.get(getCookie(c, SESSION) ?? '')

  let discovered: ReturnType<typeof discover> | undefined
  const provider = (): ReturnType<typeof discover> => {
    discovered ??= discover(options).catch((error) => {
      discovered = undefined // the next sign-in asks again
      throw error
    })
    return discovered
  }

  const site = new Hono()
  site.use(async (c, next) => {
    const contentSecurityPolicy = c.req.path === ELEMENT_PATH ? elementPolicy(options.issuer) : POLICY
    return secureHeaders({ contentSecurityPolicy, strictTransportSecurity: false })(c, next)
  })
  site.get('/site.css', (c) => c.body(styles(), 200, { 'content-type': 'text/css; charset=utf-8' }))
  site.get('/', (c) => c.html(shopPage(signedIn(c))))
  site.get('/login', (c) =>
    signedIn(c) ? c.redirect('/account') : c.html(loginPage(c.req.query('problem') as Problem)),
  )
  site.get(ELEMENT_PATH, (c) => c.html(elementLoginPage(options.issuer)))
  site.post('/login', (c) => c.redirect('/login?problem=password', 303))
  site.get('/account', (c) => {
    const person = signedIn(c)
    return person ? c.html(accountPage(person)) : c.redirect('/login')
  })
  site.post('/logout', (c) => {
    people.delete(deleteCookie(c, SESSION, { path: '/' }) ?? '')
    return c.redirect('/', 303)
  })

  const readLogout = createLogoutReader()
  site.post(LOGOUT_PATH, async (c) => {
    c.header('cache-control', 'no-store')
    const { logout_token } = await c.req.parseBody()
    const ended = await readLogout(await provider(), options.client_id, `${logout_token}`).catch(() => null)
    if (!ended) return c.json({ error: 'invalid_request' }, 400)
    for (const [session, { sub, sid }] of people) {
      if (ended.sid === undefined ? sub === ended.sub : sid === ended.sid) people.delete(session)
    }
    return c.body(null, 200)
  })

  site.get(START_PATH, async (c) => {
    const [url, attempt] = await startSignIn(await provider(), options)
    setCookie(c, attemptCookie(attempt.state), JSON.stringify(attempt), ATTEMPT)
    return c.redirect(url.href)
  })
  site.get(CALLBACK_PATH, async (c) => {
    const cookie = attemptCookie(c.req.query('state') ?? '')
    const remembered = deleteCookie(c, cookie, { path: ATTEMPT.path })
    if (!remembered) return c.redirect('/login?problem=stale')
    const callback = new URL(c.req.url.slice(new URL(c.req.url).origin.length), options.origin)
    const person = await finishSignIn(await provider(), callback, JSON.parse(remembered) as Attempt)
    const session = randomBytes(32).toString('base64url')
    people.set(session, person)
    setCookie(c, SESSION, session, { path: '/', httpOnly: true, sameSite: 'Lax' })
    return c.redirect('/account')
  })
  site.onError((error, c) => {
    if (wasDeclined(error)) return c.redirect('/login?problem=declined')
    console.error('shop: sign-in failed:', error)
    return c.redirect('/login?problem=failed')
  })
  return site
}
