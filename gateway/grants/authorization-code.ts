/**
 * The authorization code grant (RFC 6749 §4.1.3 with RFC 7636): a code is exchanged once, by the client it was issued to,
 * for the redirect_uri it was sent to, with the verifier of its challenge.
 */
import type { Deps } from '../deps.ts'
import type { Params } from '../params.ts'
import { verifierFits } from '../pkce.ts'
import { hash } from '../secrets.ts'
import type { Sessions } from '../sessions.ts'
import type { SignIns } from '../sign-ins.ts'
import type { ClientRow, SessionRow } from '../store/rows.ts'
import type { Tokens } from '../tokens.ts'
import type { Grant, Granted } from './grant.ts'

/** Wrong verifiers that kill a code. One must not: whoever saw a code pass by could burn it. */
const MOST_WRONG_VERIFIERS = 5

const refused = (description?: string): Granted => ({
  ok: false,
  reason: 'invalid_grant',
  ...(description !== undefined && { description }),
})

export function authorizationCodeGrant(deps: Deps, sessions: Sessions, signIns: SignIns, tokens: Tokens): Grant {
  const { store, log } = deps

  /**
   * RFC 6749 §4.1.2: one of the two was not the client, and it cannot be known which, so the sign-in ends. Who has only
   * seen the code pass by, and lacks its verifier, does not get this far.
   */
  async function reused({ session_id, client_id }: SessionRow): Promise<Granted> {
    await signIns.revokeSignIn(session_id, { type: 'code_reused' })
    log.warn('a code was redeemed again; its sign-in is ended', { session: session_id, client_id })
    return refused()
  }

  async function hasVerifier(session: SessionRow, code_verifier: string | undefined): Promise<boolean> {
    const { code_challenge } = session.authorization
    // A verifier nobody asked for means that somebody took the challenge away (RFC 9700 §4.8.2).
    if (code_challenge === undefined) return code_verifier === undefined
    if (code_verifier === undefined) return false
    if (verifierFits(code_verifier, code_challenge)) return true
    if (session.state === 'approved') await store.countCodeFailure(session.session_id, MOST_WRONG_VERIFIERS)
    return false
  }

  async function redeem(client: ClientRow, params: Params): Promise<Granted> {
    const code = params.get('code')
    const redirect_uri = params.get('redirect_uri')
    if (code === undefined) return { ok: false, reason: 'invalid_request', description: 'code is missing.' }
    if (redirect_uri === undefined)
      return { ok: false, reason: 'invalid_request', description: 'redirect_uri is missing.' }
    const session = await store.findSessionByCode(hash(code))
    if (!session || session.client_id !== client.client_id) return refused()
    if (session.authorization.redirect_uri !== redirect_uri)
      return refused('The redirect_uri is not the one the code was sent to.')
    if (!(await hasVerifier(session, params.get('code_verifier'))))
      return refused('The code_verifier does not fit the code_challenge.')
    return session.state === 'redeemed' ? reused(session) : exchange(session, client)
  }

  /** Signed first, then committed together with the tokens: a code is never spent for nothing. */
  async function exchange(session: SessionRow, client: ClientRow): Promise<Granted> {
    const minted = await tokens.mint(session, client)
    if (!minted) return refused()
    const { sign_in, tokens: issued, answer } = minted
    const moved = await sessions.move(session, { type: 'redeem' }, () => ({
      change: { redeemed_at: sign_in.signed_in_at },
      audit: { type: 'redeemed', sub: sign_in.sub },
      tokens: issued,
      sign_in,
    }))
    if (moved.ok) return { ok: true, answer }
    return moved.session.state === 'redeemed' ? reused(moved.session) : refused()
  }

  return { grant_type: 'authorization_code', redeem }
}
