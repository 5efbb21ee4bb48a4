/**
 * WebAuthn Level 3 as Nod wants it: user verification always, no attestation, this origin, never in a frame. Makes the
 * options and checks what comes back. The one door to @simplewebauthn/server; stores nothing.
 */
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import type { Assertion, Attestation, PasskeyCreation, PasskeyRequest } from '../shared/protocol/passkey.ts'
import type { AccountRow, PasskeyRow } from './store/rows.ts'

/** ES256 and RS256 (COSE): what every authenticator of today has one of. */
const ALGORITHMS = [-7, -257]

/** Asked with the challenge that was signed; a challenge good for one time is used up by asking. */
type IsChallenge = (challenge: string) => boolean | Promise<boolean>

const rpId = (issuer: string): string => new URL(issuer).hostname

/** The account's identifier, as the authenticator keeps it (§5.4.3): nothing a person could be recognised by. */
const userHandle = (sub: string): string => Buffer.from(sub).toString('base64url')

const descriptor = ({ passkey_id, transports }: PasskeyRow) => ({
  id: passkey_id,
  type: 'public-key' as const,
  transports,
})

/** `seconds`: how long the browser may take. `has`: the account's passkeys, which the authenticator should not add to. */
export const creationOptions = (
  issuer: string,
  { sub, username, name }: AccountRow,
  { challenge, seconds, has }: { challenge: string; seconds: number; has: readonly PasskeyRow[] },
): PasskeyCreation => ({
  challenge,
  rp: { id: rpId(issuer), name: `Nod (${new URL(issuer).host})` },
  user: { id: userHandle(sub), name: username, displayName: name },
  pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
  timeout: seconds * 1000,
  attestation: 'none',
  excludeCredentials: has.map(descriptor),
  authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
})

/** Names no passkey: the browser offers those it has, so nobody learns from it which there are. */
export const requestOptions = (issuer: string, challenge: string, seconds: number): PasskeyRequest => ({
  challenge,
  rpId: rpId(issuer),
  timeout: seconds * 1000,
  userVerification: 'required',
  allowCredentials: [],
})

/** The new credential, if the ceremony of §7.1 was done here and just now; else null. */
export async function checkCreation(
  issuer: string,
  { id, rawId, type, response }: Attestation,
  isChallenge: IsChallenge,
): Promise<Pick<PasskeyRow, 'passkey_id' | 'public_key' | 'sign_count' | 'transports' | 'synced'> | null> {
  if (isFramed(response.clientDataJSON)) return null
  const checked = await verifyRegistrationResponse({
    response: {
      id,
      rawId,
      type: type as 'public-key',
      response: {
        clientDataJSON: response.clientDataJSON,
        attestationObject: response.attestationObject,
      },
      clientExtensionResults: {},
    },
    expectedChallenge: isChallenge,
    expectedOrigin: issuer,
    expectedRPID: rpId(issuer),
    requireUserPresence: true,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => null)
  if (!checked?.verified) return null
  const { credential, credentialDeviceType } = checked.registrationInfo
  if (credential.id !== id) return null
  return {
    passkey_id: credential.id,
    public_key: Buffer.from(credential.publicKey).toString('base64url'),
    sign_count: credential.counter,
    transports: response.transports ?? [],
    synced: credentialDeviceType === 'multiDevice',
  }
}

/** The counter to keep, if this passkey signed the challenge here, its person verified (§7.2); else null. */
export async function checkAssertion(
  issuer: string,
  passkey: PasskeyRow,
  { id, rawId, type, response }: Assertion,
  isChallenge: IsChallenge,
): Promise<{ sign_count: number } | null> {
  if (isFramed(response.clientDataJSON) || id !== passkey.passkey_id) return null
  const said = response.userHandle
  if (said && said !== userHandle(passkey.sub)) return null
  const checked = await verifyAuthenticationResponse({
    response: {
      id,
      rawId,
      type: type as 'public-key',
      response: {
        clientDataJSON: response.clientDataJSON,
        authenticatorData: response.authenticatorData,
        signature: response.signature,
      },
      clientExtensionResults: {},
    },
    expectedChallenge: isChallenge,
    expectedOrigin: issuer,
    expectedRPID: rpId(issuer),
    requireUserVerification: true,
    credential: {
      id: passkey.passkey_id,
      publicKey: new Uint8Array(Buffer.from(passkey.public_key, 'base64url')),
      counter: passkey.sign_count,
    },
  }).catch(() => null)
  return checked?.verified ? { sign_count: checked.authenticationInfo.newCounter } : null
}

/** Whether it was asked from inside another page (§5.8.1), which the library lets pass where no `topOrigin` is said. */
function isFramed(clientDataJSON: string): boolean {
  try {
    const { crossOrigin, topOrigin } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString())
    return (crossOrigin !== undefined && crossOrigin !== false) || topOrigin !== undefined
  } catch {
    return true
  }
}
