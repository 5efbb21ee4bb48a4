/** What this browser is called in an account's list of devices, such as "Chrome on Linux". */
import { browser } from '../browser.ts'

const SYSTEMS: Record<string, string> = {
  android: 'Android',
  cros: 'ChromeOS',
  linux: 'Linux',
  mac: 'macOS',
  openbsd: 'OpenBSD',
  win: 'Windows',
}

/** Brands that say nothing: the engine, and the deliberate nonsense of user-agent client hints. */
const NO_NAME = /Chromium|Not.?A.?Brand/i

type Hints = { userAgentData?: { brands?: { brand: string }[] } }

export async function browserName(): Promise<string> {
  const { os } = await browser.runtime.getPlatformInfo()
  const brands = (navigator as Hints).userAgentData?.brands ?? []
  const named = brands.find(({ brand }) => !NO_NAME.test(brand))?.brand
  const fallback = navigator.userAgent.includes('Firefox/') ? 'Firefox' : 'Chromium'
  return `${named ?? fallback} on ${SYSTEMS[os] ?? os}`.slice(0, 100)
}
