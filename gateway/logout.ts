/**
 * A site's wish to log its person out (OpenID Connect RP-Initiated Logout 1.0): which sign-in it means and where the browser
 * may go after it. One rule a function; ends nothing by itself and knows no HTTP.
 */
import type { Fault } from './authorization.ts'
import type { Clients } from './clients.ts'
import { type Config, isLoopback } from './config.ts'
import type { Keys } from './keys.ts'
import { nearestHint } from './nearest.ts'
import type { Params } from './params.ts'
import { logoutResponse } from './redirect-uris.ts'
import type { SignIns } from './sign-ins.ts'
import type { ClientRow, SignInRow } from './store/rows.ts'

/** Bytes that come back to the client unchanged. */
const MOST_STATE = 4096

export type LogoutRequest =
  | {
      ok: true
      /** The sign-in that a hint of ours names; null: nothing proves which one is meant, and a person has to be asked. */
      sign_in: SignInRow | null
      /** Whether the hint is ours, though its sign-in may be long over. */
      hinted: boolean
      client: ClientRow | null
      /** Null: nowhere. */
      redirect_to: string | null
    }
  | { ok: false; fault: Fault }

const invalid = (description: string) => ({ ok: false, fault: { error: 'invalid_request', description } }) as const

export type Logouts = ReturnType<typeof createLogouts>

export function createLogouts(config: Config, clients: Clients, keys: Keys, signIns: SignIns) {
  interface Hint {
    aud: string
    sid: string
  }

  /** An id_token of ours, however old (§2); null for anything else. */
  async function readHint(hint: string | undefined): Promise<Hint | null> {
    const claims = hint === undefined ? null : await keys.verifyOwn(hint)
    if (claims?.iss !== config.issuer) return null
    const { aud, sid } = claims
    return typeof aud === 'string' && typeof sid === 'string' ? { aud, sid } : null
  }

  const unregistered = (asked: string, registered: readonly string[]): LogoutRequest => ({
    ok: false,
    fault: {
      error: 'invalid_redirect_uri',
      ...(isLoopback(config) && { description: nearestHint('post_logout_redirect_uri', asked, registered) }),
    },
  })

  return {
    async judge(params: Params): Promise<LogoutRequest> {
      if (params.repeated.length > 0) return invalid('A parameter is there more than once.')
      const state = params.get('state')
      if (Buffer.byteLength(state ?? '') > MOST_STATE) return invalid('state is longer than 4096 bytes.')
      const hint = await readHint(params.get('id_token_hint'))
      const client_id = params.get('client_id')
      if (hint && client_id !== undefined && client_id !== hint.aud)
        return invalid('client_id is not the one that id_token_hint was issued to.')
      const client = await (async (id) => (id === undefined ? null : clients.find(id)))(client_id ?? hint?.aud)

      // Byte-equal to a registered one, of this very client (§3): anything else would send people anywhere.
      const uri = params.get('post_logout_redirect_uri')
      const registered = client?.post_logout_redirect_uris ?? []
      if (uri !== undefined && !registered.includes(uri)) return unregistered(uri, registered)

      const found = hint && (await signIns.bySid(hint.sid))
      const sign_in = found?.client_id === hint?.aud ? found : null
      const redirect_to = uri === undefined ? null : logoutResponse(uri, state)
      return { ok: true, sign_in, hinted: hint !== null, client, redirect_to }
    },
  }
}
