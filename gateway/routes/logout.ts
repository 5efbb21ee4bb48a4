/**
 * The end session endpoint (OpenID Connect RP-Initiated Logout 1.0 §2): with an id_token of ours the sign-in it came from
 * ends at once; without one nothing proves who asks, so a page asks the person. That page signs out as any other does.
 */
import { Hono } from 'hono'
import type { Deps } from '../deps.ts'
import { NodError } from '../error.ts'
import type { Logouts } from '../logout.ts'
import type { SignIns } from '../sign-ins.ts'
import { bodyParams, queryParams } from './form.ts'
import { errorPage, pageShell } from './pages.ts'
import { type Ctx, documented, type Env } from './request.ts'

export function logoutRoutes({ config }: Pick<Deps, 'config'>, logouts: Logouts, signIns: SignIns): Hono<Env> {
  const routes = new Hono<Env>()

  async function answer(c: Ctx): Promise<Response> {
    const params = await (c.req.method === 'POST' ? bodyParams(c) : queryParams(c))
    const asked = await logouts.judge(params)
    if (!asked.ok) {
      const { error, description } = asked.fault
      throw new NodError(error, description === undefined ? {} : { description })
    }
    const { sign_in, hinted, client, redirect_to } = asked
    // The site has ended its own session already, so it is not told of this one.
    if (sign_in) await signIns.revokeSignIn(sign_in.session_id, { type: 'logged_out', tell: false })
    if (hinted && redirect_to !== null) return c.redirect(redirect_to, 303)
    return pageShell(c, config, 'logout', {
      ask: !hinted,
      site: client?.name ?? null,
      redirect_to,
      ui_locales: params.get('ui_locales'),
    })
  }

  routes.on(
    ['GET', 'POST'],
    '/logout',
    documented(
      'Log a person out of a site (OpenID Connect RP-Initiated Logout 1.0 §2)',
      { 200: null, 303: null },
      'invalid_request',
      'invalid_redirect_uri',
    ),
    async (c) => {
      try {
        return await answer(c)
      } catch (error) {
        if (!(error instanceof NodError) || error.status !== 400) throw error
        return errorPage(c, config, 'logout', error)
      }
    },
  )
  return routes
}
