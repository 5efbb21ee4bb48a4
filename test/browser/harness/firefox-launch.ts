/**
 * Starts a Firefox and ends it. It begins with a copy of a profile that was begun with before, since that takes it half as
 * long as an empty one; the one that is copied is kept where packages keep such things, and knows nothing of any test.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { cp, mkdir, mkdtemp, realpath, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import puppeteer, { type Browser } from 'puppeteer-core'
import { ensureFirefox } from '../../../.ci/firefox.mjs'
import { LANGUAGE, type ProfileOptions, VIEWPORT } from './profile.ts'

const CACHE = resolve(import.meta.dirname, '../../../node_modules/.cache/nod')

interface Wishes {
  window: ProfileOptions['window']
  kept: ProfileOptions['kept'] | undefined
  preferences: object
}

interface Running {
  browser: Browser
  folder: string
  /** false: it was opened on a folder that had been one's before. */
  first: boolean
  end(): Promise<void>
}

export async function startFirefox({ window, kept, preferences }: Wishes): Promise<Running> {
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'nod-firefox-')))
  const first = !(await isThere(join(folder, 'prefs.js')))
  if (first) await cp(await begunFolder(), folder, { recursive: true })
  if (!kept) process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const browser = await launch(folder, window, preferences)
  // The library would bring back the preferences of before.
  for (const file of ['prefs.js', 'user.js']) await rm(join(folder, `${file}.puppeteer`), { force: true })
  return { browser, folder, first, end: () => (kept ? browser.close() : end(browser, folder)) }
}

/** At once: a good-bye would take it a second, and nothing of it is needed any more. */
async function end(browser: Browser, folder: string): Promise<void> {
  const running = browser.process()!
  const ended = once(running, 'exit')
  await browser.disconnect()
  running.kill('SIGKILL')
  await ended
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

function launch(folder: string, window: ProfileOptions['window'], preferences: object): Promise<Browser> {
  const size = window ? [`--width=${window.width}`, `--height=${window.height}`] : []
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: ensureFirefox(),
    headless: !window,
    defaultViewport: window ? null : VIEWPORT,
    args: ['--remote-allow-system-access', '--allow-downgrade', '--profile', folder, ...size],
    extraPrefsFirefox: {
      'intl.accept_languages': LANGUAGE,
      'intl.locale.requested': LANGUAGE,
      // With motion, what a test looks at may be on its way to what it will be.
      'ui.prefersReducedMotion': window ? 0 : 1,
      ...preferences,
    },
  })
}

/** As the folder is once this build of the browser has begun with it. */
async function begunFolder(): Promise<string> {
  const file = await realpath(ensureFirefox())
  const { mtimeMs, size } = await stat(file)
  const name = createHash('sha256')
    .update(JSON.stringify([file, mtimeMs, size]))
    .digest('hex')
    .slice(0, 16)
  const kept = join(CACHE, `firefox-${name}`)
  if (await isThere(kept)) return kept
  await mkdir(CACHE, { recursive: true })
  const folder = await mkdtemp(join(CACHE, 'begins-'))
  try {
    const browser = await launch(folder, false, {})
    await browser.newPage()
    await browser.close()
    // Whoever was faster has made the same.
    await rename(folder, kept).catch(async (error) => {
      if (!(await isThere(kept))) throw error
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return kept
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
