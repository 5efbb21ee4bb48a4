/** Firefox's own authenticator for tests, told what to do from inside of the browser. Each function stands alone. */

export interface Passkey {
  credentialId: string
  isResidentCredential: boolean
  rpId: string
  privateKey: string
  userHandle: string
  signCount: number
}

interface WebAuthn {
  addVirtualAuthenticator(protocol: string, transport: string, ...has_and_does: boolean[]): string
  getCredentials(authenticator: string): Passkey[]
  addCredential(authenticator: string, ...passkey: (string | number | boolean)[]): void
  setUserVerified(authenticator: string, verified: boolean): void
}
declare const Services: { prefs: { setBoolPref(name: string, value: boolean): void } }
declare const Cc: Record<string, { getService(of: unknown): WebAuthn }>
declare const Ci: { nsIWebAuthnService: unknown }

export function addAuthenticator(): string {
  // In place of those that are plugged in, of which it would ask for a touch.
  Services.prefs.setBoolPref('security.webauth.webauthn_enable_softtoken', true)
  Services.prefs.setBoolPref('security.webauth.webauthn_enable_usbtoken', false)
  const service = Cc['@mozilla.org/webauthn/service;1']!.getService(Ci.nsIWebAuthnService)
  // It keeps passkeys, verifies its person, who consents, and is who it should be.
  return service.addVirtualAuthenticator('ctap2_1', 'internal', true, true, true, true)
}

export function listPasskeys(authenticator: string): Passkey[] {
  const service = Cc['@mozilla.org/webauthn/service;1']!.getService(Ci.nsIWebAuthnService)
  return service
    .getCredentials(authenticator)
    .map(({ credentialId, isResidentCredential, rpId, privateKey, userHandle, signCount }) => ({
      ...{ credentialId, isResidentCredential, rpId },
      ...{ privateKey, userHandle, signCount },
    }))
}

export function addPasskeys(authenticator: string, passkeys: Passkey[]): void {
  const service = Cc['@mozilla.org/webauthn/service;1']!.getService(Ci.nsIWebAuthnService)
  for (const { credentialId, isResidentCredential, rpId, privateKey, userHandle, signCount } of passkeys)
    service.addCredential(authenticator, credentialId, isResidentCredential, rpId, privateKey, userHandle, signCount)
}

export function setVerified(authenticator: string, verified: boolean): void {
  const service = Cc['@mozilla.org/webauthn/service;1']!.getService(Ci.nsIWebAuthnService)
  service.setUserVerified(authenticator, verified)
}
