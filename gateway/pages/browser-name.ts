/** What this browser is called in its person's list of devices. A name to recognise it by, never a base for decisions. */

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg(A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]

const first = (names: typeof BROWSERS, user_agent: string) => names.find(([pattern]) => pattern.test(user_agent))?.[1]

/** Such as "Safari on iPhone". */
export function browserName(user_agent = navigator.userAgent): string {
  const system = first(SYSTEMS, user_agent)
  const browser = first(BROWSERS, user_agent) ?? 'Browser'
  return system === undefined ? browser : `${browser} on ${system}`
}
