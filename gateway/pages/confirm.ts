/** The passkey that a site asks for with an approval: used on exactly the request that is shown. Decides nothing. */
import { passkeyChallenge } from '../../shared/protocol/decision.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import type { Assertion } from '../../shared/protocol/passkey.ts'
import { passkeys } from './api.ts'
import { hasPasskeys, usePasskey } from './passkey.ts'

/** Null: none is asked for, or the account has none, which is the gateway's to refuse. */
export async function confirmWithPasskey(claim: Claim): Promise<Assertion | 'given_up' | null> {
  if (claim.confirm !== 'passkey' || !hasPasskeys()) return null
  const held = await passkeys()
  if (held.length === 0) return null
  const used = await usePasskey({
    challenge: await passkeyChallenge(claim),
    rpId: location.hostname,
    timeout: (claim.expires_at - claim.now) * 1000,
    userVerification: 'required',
    // Else the browser would offer the passkeys of everybody who uses it.
    allowCredentials: held.map(({ passkey_id, transports }) => ({ id: passkey_id, type: 'public-key', transports })),
  })
  return used ?? 'given_up'
}
