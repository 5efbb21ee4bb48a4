/** This browser's passkeys: makes one, uses one. The one door to @simplewebauthn/browser; calls nobody. */
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser'
import * as v from 'valibot'
import { Assertion, Attestation, type PasskeyCreation, type PasskeyRequest } from '../../shared/protocol/passkey.ts'

/** Passkeys belong to a name (WebAuthn §5.1.2): on a bare address there are none. */
export const hasPasskeys = (): boolean => browserSupportsWebAuthn() && !/^[\d.]+$|^\[/.test(location.hostname)

type Options<F extends (...args: never[]) => unknown> = Parameters<F>[0] extends { optionsJSON: infer O } ? O : never

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name

/** `given_up`: the person closed the browser's dialog, or let its time pass; `known`: the authenticator has one already. */
export async function makePasskey(options: PasskeyCreation): Promise<Attestation | 'given_up' | 'known'> {
  try {
    const made = await startRegistration({ optionsJSON: options as Options<typeof startRegistration> })
    return v.parse(Attestation, made)
  } catch (error) {
    if (isNamed(error, 'NotAllowedError')) return 'given_up'
    if (isNamed(error, 'InvalidStateError')) return 'known'
    throw error
  }
}

/** Null: the person closed the browser's dialog, or there is no passkey for this. */
export async function usePasskey(options: PasskeyRequest): Promise<Assertion | null> {
  try {
    const used = await startAuthentication({ optionsJSON: options as Options<typeof startAuthentication> })
    return v.parse(Assertion, used)
  } catch (error) {
    if (isNamed(error, 'NotAllowedError')) return null
    throw error
  }
}
