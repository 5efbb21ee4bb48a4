/** Which browser the tests run in: each project of the test runner names its own; where nobody does, it is Chromium. */
import { openChromium } from './chromium.ts'
import { openFirefox } from './firefox.ts'
import type { Profile, ProfileOptions } from './profile.ts'

const OPENERS = { chromium: openChromium, firefox: openFirefox }

export function openProfile(options: ProfileOptions = {}): Promise<Profile> {
  const name = process.env.NOD_TEST_BROWSER ?? 'chromium'
  if (!Object.hasOwn(OPENERS, name)) throw new Error(`NOD_TEST_BROWSER is ${name}: no such browser`)
  return OPENERS[name as keyof typeof OPENERS](options)
}
