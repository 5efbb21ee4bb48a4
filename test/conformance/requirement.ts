/**
 * How a conformance test is named: requirement → section → test. The requirements are those that a provider is chosen
 * by; the table in README.md is written from these names.
 */
import { it } from 'vitest'

export const REQUIREMENTS = {
  sites: 'Any site that speaks the standards is a supported site',
  discovery: 'Discovery tells the truth',
  authorization: 'The authorization request and its answers',
  client_authentication: 'Client authentication',
  tokens: 'Tokens',
  logout: 'Log out',
  device: 'The device grant',
} as const

export type Requirement = keyof typeof REQUIREMENTS

/** One test. `section` says of which standard; all three are read from the source for the table, so they are plain text. */
export function shows(requirement: Requirement, section: string, what: string, run: () => Promise<void>): void {
  it(`${REQUIREMENTS[requirement]} → ${section} → ${what}`, run)
}
