/** Which browser the tests run in: each project of the test runner names its own; where nobody does, it is Chromium. */
import { openChromium } from './chromium.ts'
import { openFirefox } from './firefox.ts'
import type { Profile, ProfileOptions } from './profile.ts'

const OPENERS = { chromium: openChromium, firefox: openFirefox }
type Name = keyof typeof OPENERS

const NAME = process.env.NOD_TEST_BROWSER ?? 'chromium'
if (!Object.hasOwn(OPENERS, NAME)) throw new Error(`NOD_TEST_BROWSER is ${NAME}: no such browser`)

/** As it calls itself in an account's list of devices. */
export const BROWSER = { chromium: 'Chromium', firefox: 'Firefox' }[NAME as Name]

export const openProfile = (options: ProfileOptions = {}): Promise<Profile> => OPENERS[NAME as Name](options)

/** What can be done to one of them only, and what is with the other. All else is done to both. */
const ONLY_IN = {
  'close a storage': ['chromium', 'Firefox lets content scripts read all that is in storage.local'],
  'keep a root closed': ['chromium', 'Firefox leads a page into any root, by events and by window.find'],
  'keep a page that waits': ['chromium', 'Firefox keeps no page in its cache that has a socket open'],
  'freeze a page': ['chromium', 'Firefox sets no page aside that is in a tab'],
  'count what lives in a page': ['chromium', 'Firefox tells the nodes and listeners of a page to nobody'],
  'prepare a page': ['chromium', 'Firefox knows no prerendering'],
  'connect pages with extensions': ['chromium', 'Firefox gives pages no way to speak to an extension'],
} as const satisfies Record<string, readonly [Name, string]>

/** For `test.runIf`: whether the browser of this run can do it, or have it done to it. */
export const can = (lever: keyof typeof ONLY_IN): boolean => ONLY_IN[lever][0] === NAME
