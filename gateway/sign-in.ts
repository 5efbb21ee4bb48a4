/**
 * A person signs in to the gateway's own pages, and out again. Every failure is the same failure, and takes as long, so
 * that nobody learns which names exist. Knows no HTTP and sets no cookie.
 */
import { networkOf } from './address.ts'
import type { Caller } from './callers.ts'
import type { Deps } from './deps.ts'
import { NodError } from './error.ts'
import { isReadablePassword, type Passwords } from './passwords.ts'
import { hash, randomSecret } from './secrets.ts'
import type { AccountRow, PageInfo, WebSessionRow } from './store/rows.ts'
import { usernameKey } from './usernames.ts'

/** Seconds: thirty days. */
export const WEB_SESSION_SECONDS = 30 * 86_400

export interface Attempt {
  username: string
  password: string
  from: PageInfo
  /** The cookie this browser has already: it is replaced, and with the same account the device stays the same one. */
  earlier_token: string | null
}

export type SignedIn =
  | { ok: true; token: string; account: AccountRow; web_session: WebSessionRow }
  | { ok: false; reason: 'sign_in_failed' }

export type SignIn = ReturnType<typeof createSignIn>

export function createSignIn({ store, clock, hub, limits, log }: Deps, passwords: Passwords) {
  /**
   * Throws `invalid_request` for what can be no password, `too_many_requests` after five wrong ones for this name from
   * this network or this device of its account, `temporarily_unavailable` when too many are being checked.
   */
  async function signIn({ username, password, from, earlier_token }: Attempt): Promise<SignedIn> {
    if (!isReadablePassword(password)) {
      throw new NodError('invalid_request', { description: 'The password is longer than 1024 bytes, or is not text.' })
    }
    const username_key = usernameKey(username)
    const known = earlier_token === null ? null : await deviceOf(username_key, earlier_token)
    const counted = ['wrong_password', `${username_key}|${known ?? networkOf(from.ip)}`] as const
    await limits.check(...counted)
    const account = await store.findAccountByUsername(username_key)
    const usable = account?.disabled_at === null ? account : null
    const by = { key: known ?? networkOf(from.ip), known: known !== null }
    const right = await passwords.matches(usable?.password_hash ?? null, password, by)
    if (!usable || !right) {
      if (account) noteFailure(account, from)
      await limits.take(...counted)
      return { ok: false, reason: 'sign_in_failed' }
    }
    // Guesses sent all at once were let in together; what the first of them used up, the others do not get.
    await limits.check(...counted)
    await limits.forget(...counted)
    return open(usable, { from, earlier_token })
  }

  /**
   * The device of this very account that the browser's cookie is: it has five guesses of its own, so that whoever
   * guesses from the same network shuts out nobody who was let in before.
   */
  async function deviceOf(username_key: string, token: string): Promise<string | null> {
    const web_session = await store.findWebSession(hash(token), clock.now())
    const account = web_session && (await store.findAccount(web_session.sub))
    return web_session && account?.username_key === username_key ? web_session.device_id : null
  }

  /** For who has proved to be this account. `passkey`: the name of the one it was proved with, for the record. */
  async function open(
    account: AccountRow,
    { from, earlier_token, passkey }: Pick<Attempt, 'from' | 'earlier_token'> & { passkey?: string },
  ): Promise<SignedIn> {
    const token = randomSecret()
    const now = clock.now()
    const row: WebSessionRow = {
      token_hash: hash(token),
      sub: account.sub,
      device_id: null,
      challenge: null,
      challenge_expires_at: null,
      signed_in_at: now,
      expires_at: now + WEB_SESSION_SECONDS,
    }
    const entry = { at: now, type: 'signed_in', sub: account.sub, detail: { ...from, passkey } }
    const web_session = await store.insertWebSession(row, entry, earlier_token && hash(earlier_token))
    return { ok: true, token, account, web_session }
  }

  /** Not waited for: only names that exist have a record to write to, and the answer must not tell by its time. */
  function noteFailure({ sub }: AccountRow, from: PageInfo): void {
    store
      .insertAudit({ at: clock.now(), type: 'sign_in_failed', sub, detail: { ...from } })
      .catch((cause) => log.warn('failed sign-in not noted', { detail: String(cause) }))
  }

  return {
    signIn,
    open,
    noteFailure,

    async signOut({ account: { sub }, web_session }: Caller): Promise<void> {
      if (!web_session) return
      const { token_hash, device_id } = web_session
      await store.deleteWebSession(token_hash, { at: clock.now(), type: 'signed_out', sub, device_id })
    },

    /** All browsers of the account, with the devices they were; a linked extension is revoked by itself. */
    async signOutEverywhere({ account: { sub }, device }: Caller): Promise<void> {
      const now = clock.now()
      const entry = { at: now, type: 'signed_out_everywhere', sub, device_id: device?.device_id ?? null }
      for (const session_id of await store.signOutEverywhere(sub, now, entry)) hub.wake(`session:${session_id}`)
    },
  }
}
