/**
 * How the tests run: `unit` is everything that needs no browser, several files at a time; then `chromium` and `firefox`,
 * the same files in each of the two, two files at a time: a browser waits more than it works.
 */
import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Not in Firefox, since what they do to a browser can be done to Chromium only. */
const CHROMIUM_ONLY = {
  cameras: 'Firefox has one test camera, and no protocol says yes or no to it',
  'for-everyone': 'the system’s colours are asked for by Chromium’s protocol',
  'page-cost': 'measured by Chromium’s own counters',
}

/** Not in Chromium, for the same reason. */
const FIREFOX_ONLY = {
  'event-page': 'Chromium has a worker, which every test may end',
  questions: 'Chromium asks in windows where no test reaches',
}

/**
 * In Firefox with `npm run test:firefox` only, and in Chromium always: what these do rests on our code more than on the
 * browser, a Firefox takes twice as long, and nobody runs tests that take half an hour.
 */
const FIREFOX_BY_HAND = {
  account: 'pages of the gateway',
  'approval-card': 'the card',
  'awkward-pages': 'where the widget lies',
  'hosted-pages': 'pages of the gateway',
  'hostile-gateway': 'what the extension makes of answers',
  logout: 'pages of the gateway',
  'nod-login': 'the site’s own element',
  looks: 'pictures',
  passkeys: 'pages of the gateway',
  'picture-menu': 'a way in',
  policies: 'what the gateway refuses',
  presence: 'the push, by our own code',
  relayed: 'the origin rule, which scan-tab has too',
  'sign-in-here': 'a way in',
  'sign-up': 'pages of the gateway',
  strangers: 'who may speak to the background',
  'two-gateways': 'several accounts',
  'ways-in': 'ways in',
  welcome: 'what our pages say',
}

const files = (named: object): string[] => Object.keys(named).map((file) => `test/browser/${file}.test.ts`)

/** In seconds, of one test: a Firefox takes twice as long. */
const PATIENCE = { chromium: 60, firefox: 120 }

const inBrowser = (name: keyof typeof PATIENCE, exclude: string[]) => ({
  extends: true as const,
  test: {
    name,
    env: { NOD_TEST_BROWSER: name },
    include: ['test/browser/**/*.test.ts'],
    exclude,
    maxWorkers: 2,
    testTimeout: PATIENCE[name] * 1000,
    hookTimeout: 120_000,
    sequence: { groupOrder: 1 },
  },
})

export default defineConfig(({ mode }) => ({
  root: resolve(import.meta.dirname, '..'),
  test: {
    // A machine that is not ours may stall for longer than a test waits. What took a second try says so in the report, and
    // is looked at: such a test is a fault. Here, at a developer's, none is given one.
    retry: process.env.CI ? 1 : 0,
    // As long as the browser tests wait for anything; a second would be too short for a machine that is busy.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/browser/**'],
          testTimeout: 20_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      inBrowser('chromium', files(FIREFOX_ONLY)),
      inBrowser('firefox', files(mode === 'all' ? CHROMIUM_ONLY : { ...CHROMIUM_ONLY, ...FIREFOX_BY_HAND })),
    ],
  },
}))
