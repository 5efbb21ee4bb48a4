/**
 * Passkeys: a person adds, renames and removes theirs, and signs in with one without saying who they are. Every failed sign-in is
 * the same failure. Confirming an approval is decisions.ts; the checks themselves are webauthn.ts. Knows no HTTP.
 */
import type { ErrorCode } from '../shared/protocol/errors.ts'
import type { Assertion, Attestation, Passkey, PasskeyCreation, PasskeyRequest } from '../shared/protocol/passkey.ts'
import { networkOf } from './address.ts'
import type { Caller } from './callers.ts'
import type { Deps } from './deps.ts'
import { cleanLabel } from './labels.ts'
import { hash, randomSecret } from './secrets.ts'
import type { SignedIn, SignIn } from './sign-in.ts'
import type { PageInfo, PasskeyRow, WebSessionRow } from './store/rows.ts'
import { checkAssertion, checkCreation, creationOptions, requestOptions } from './webauthn.ts'

/** Seconds between asking for options and coming back with what the authenticator made of them. */
export const PASSKEY_SECONDS = 300

type WebCaller = Caller & { web_session: WebSessionRow }
type Purpose = 'add' | 'sign_in'

export interface PasskeyAttempt {
  passkey: Assertion
  from: PageInfo
  /** The cookie of the browser that asked for the options; null: it has none. */
  pre_session: string | null
  /** The sign-in this browser has already, which the new one takes the place of. */
  earlier_token: string | null
}

export type Passkeys = ReturnType<typeof createPasskeys>

export function createPasskeys({ config, store, clock, limits }: Deps, signIn: SignIn) {
  async function open(purpose: Purpose, holder: string): Promise<string> {
    const challenge = randomSecret()
    const expires_at = clock.now() + PASSKEY_SECONDS
    await store.insertPasskeyChallenge({ challenge_hash: hash(challenge), purpose, holder, expires_at })
    return challenge
  }
  /** Used up by being presented, whatever else is wrong with what came with it. */
  const takes = (purpose: Purpose, holder: string) => (challenge: string) =>
    store.takePasskeyChallenge({ challenge_hash: hash(challenge), purpose, holder }, clock.now())

  return {
    async list(sub: string): Promise<Passkey[]> {
      return (await store.listPasskeys(sub)).map(describe)
    },

    async addOptions({ account, web_session }: WebCaller): Promise<PasskeyCreation> {
      const [challenge, has] = await Promise.all([open('add', web_session.token_hash), store.listPasskeys(account.sub)])
      return creationOptions(config.issuer, account, { challenge, seconds: PASSKEY_SECONDS, has })
    },

    async add(
      { account: { sub }, web_session }: WebCaller,
      { name, passkey }: { name?: string | undefined; passkey: Attestation },
    ): Promise<{ ok: true; passkey: Passkey } | { ok: false; reason: ErrorCode }> {
      const made = await checkCreation(config.issuer, passkey, takes('add', web_session.token_hash))
      if (!made) return { ok: false, reason: 'invalid_passkey' }
      const now = clock.now()
      const row: PasskeyRow = {
        ...made,
        sub,
        name: cleanLabel(name ?? '') || 'Passkey',
        created_at: now,
        last_used_at: null,
      }
      const detail = { name: row.name, synced: row.synced }
      const added = await store.insertPasskey(row, { at: now, type: 'passkey_added', sub, detail })
      if (added === 'added') return { ok: true, passkey: describe(row) }
      return { ok: false, reason: added === 'known' ? 'invalid_passkey' : added }
    },

    /** A name of which nothing can be seen is none: `invalid_request`. */
    async rename(
      { account: { sub } }: Caller,
      passkey_id: string,
      typed: string,
    ): Promise<{ ok: true; passkey: Passkey } | { ok: false; reason: ErrorCode }> {
      const name = cleanLabel(typed)
      if (name === '') return { ok: false, reason: 'invalid_request' }
      const entry = { at: clock.now(), type: 'passkey_renamed', sub, detail: { name } }
      const renamed = await store.renamePasskey(passkey_id, sub, name, entry)
      return renamed ? { ok: true, passkey: describe(renamed) } : { ok: false, reason: 'passkey_not_found' }
    },

    async remove(
      { account: { sub } }: Caller,
      passkey_id: string,
    ): Promise<{ ok: true } | { ok: false; reason: ErrorCode }> {
      const found = await store.findPasskey(passkey_id)
      const detail = { name: found?.name }
      const entry = { at: clock.now(), type: 'passkey_removed', sub, detail }
      const removed = await store.removePasskey(passkey_id, sub, entry)
      if (removed === 'removed') return { ok: true }
      return { ok: false, reason: removed === 'last_factor' ? 'last_factor' : 'passkey_not_found' }
    },

    /** `pre_session`: the cookie's value, which the answer has to come back with. */
    async signInOptions(pre_session: string, ip: string): Promise<PasskeyRequest> {
      await limits.take('passkey_by_ip', networkOf(ip))
      return requestOptions(config.issuer, await open('sign_in', hash(pre_session)), PASSKEY_SECONDS)
    },

    async signIn({ passkey, from, pre_session, earlier_token }: PasskeyAttempt): Promise<SignedIn> {
      const known = await store.findPasskey(passkey.id)
      const account = known && (await store.findAccount(known.sub))
      // Only what answers a challenge is put on record: those are counted, and anybody can send the rest without end.
      let asked = false
      const isAsked = async (challenge: string): Promise<boolean> => {
        asked = pre_session !== null && (await takes('sign_in', hash(pre_session))(challenge))
        return asked
      }
      const used =
        known &&
        pre_session !== null &&
        // Who says no name must at least be named by the authenticator (§7.2, step 6).
        passkey.response.userHandle &&
        (await checkAssertion(config.issuer, known, passkey, isAsked))
      if (!known || !used || account?.disabled_at !== null) {
        if (account && asked) signIn.noteFailure(account, from)
        return { ok: false, reason: 'sign_in_failed' }
      }
      if (!(await store.usePasskey(known.passkey_id, used.sign_count, clock.now()))) {
        signIn.noteFailure(account, from)
        return { ok: false, reason: 'sign_in_failed' }
      }
      return signIn.open(account, { from, earlier_token, passkey: known.name })
    },
  }
}

const describe = ({ passkey_id, name, synced, transports, created_at, last_used_at }: PasskeyRow): Passkey => ({
  passkey_id,
  name,
  synced: Boolean(synced),
  transports,
  created_at,
  last_used_at,
})
