/**
 * Passkeys on the wire: what a browser's WebAuthn hands out (the JSON forms of WebAuthn Level 3 §5.1), and what the
 * gateway tells of them. Whether an assertion is good is the gateway's to check.
 */
import * as v from 'valibot'

const base64url = (most: number) => v.pipe(v.string(), v.maxLength(most), v.regex(/^[\w-]*$/))
const time = v.pipe(v.number(), v.integer())
/** Up to 1023 bytes (§4, credential id). */
const credential_id = v.pipe(base64url(1364), v.minLength(1))
const transports = v.pipe(v.array(v.pipe(v.string(), v.maxLength(32))), v.maxLength(10))

// Types and flags are the check's to refuse, with the one error that all refusals share.
const Credential = {
  id: credential_id,
  rawId: credential_id,
  type: v.string(),
  authenticatorAttachment: v.optional(v.nullable(v.string())),
}

export const Assertion = v.object({
  ...Credential,
  response: v.object({
    clientDataJSON: base64url(4096),
    authenticatorData: base64url(4096),
    signature: base64url(8192),
    userHandle: v.optional(v.nullable(base64url(128))),
  }),
})
export type Assertion = v.InferOutput<typeof Assertion>

export const Attestation = v.object({
  ...Credential,
  response: v.object({
    clientDataJSON: base64url(4096),
    attestationObject: base64url(12_288),
    transports: v.optional(transports),
  }),
})
export type Attestation = v.InferOutput<typeof Attestation>

const Descriptor = v.object({ id: credential_id, type: v.literal('public-key'), transports: v.optional(transports) })

/** PublicKeyCredentialCreationOptionsJSON, as much of it as Nod says. */
export const PasskeyCreation = v.object({
  challenge: base64url(128),
  rp: v.object({ id: v.string(), name: v.string() }),
  user: v.object({ id: base64url(128), name: v.string(), displayName: v.string() }),
  pubKeyCredParams: v.array(v.object({ type: v.literal('public-key'), alg: v.number() })),
  timeout: v.number(),
  attestation: v.literal('none'),
  excludeCredentials: v.array(Descriptor),
  authenticatorSelection: v.object({
    residentKey: v.literal('required'),
    requireResidentKey: v.literal(true),
    userVerification: v.literal('required'),
  }),
})
export type PasskeyCreation = v.InferOutput<typeof PasskeyCreation>

/** PublicKeyCredentialRequestOptionsJSON, likewise. An empty `allowCredentials`: whichever the person picks. */
export const PasskeyRequest = v.object({
  challenge: base64url(128),
  rpId: v.string(),
  timeout: v.number(),
  userVerification: v.literal('required'),
  allowCredentials: v.array(Descriptor),
})
export type PasskeyRequest = v.InferOutput<typeof PasskeyRequest>

const PasskeyName = v.pipe(v.string(), v.maxLength(100))
export const RenamePasskey = v.object({ name: v.pipe(PasskeyName, v.minLength(1)) })
export const AddPasskey = v.object({ name: v.optional(PasskeyName), passkey: Attestation })
export const PasskeySignIn = v.object({ passkey: Assertion })

export const Passkey = v.object({
  passkey_id: credential_id,
  name: PasskeyName,
  /** May be copied to other devices of its person. */
  synced: v.boolean(),
  transports,
  created_at: time,
  last_used_at: v.nullable(time),
})
export type Passkey = v.InferOutput<typeof Passkey>
export const PasskeyList = v.object({ passkeys: v.array(Passkey) })
