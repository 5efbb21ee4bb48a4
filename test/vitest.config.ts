/**
 * How the tests run: `unit` is everything that needs no browser, several files at a time; then `chromium` and `firefox`,
 * the same files in each of the two, one file at a time so that two browsers never fight over the machine.
 */
import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Not in Firefox, since what they do to a browser can be done to Chromium only. */
const CHROMIUM_ONLY = {
  camera: 'Firefox has a camera that shows a test picture, and none that shows ours',
  cameras: 'Firefox has one test camera, and no protocol says yes or no to it',
  'hostile-gateway': 'to come',
  'hostile-page': 'to come',
  'page-wars': 'to come',
  'key-custody': 'to come',
  'awkward-pages': 'to come',
  account: 'to come',
  'approval-card': 'to come',
  'hosted-pages': 'to come',
  logout: 'to come',
  looks: 'to come',
  'nod-login': 'to come',
  passkeys: 'to come',
  policies: 'to come',
  presence: 'to come',
  relayed: 'to come',
  'scan-tab': 'to come',
  'sign-up': 'to come',
  strangers: 'to come',
  widget: 'to come',
}

const inBrowser = (name: string, groupOrder: number, exclude: string[] = []) => ({
  extends: true as const,
  test: {
    name,
    env: { NOD_TEST_BROWSER: name },
    include: ['test/browser/**/*.test.ts'],
    exclude,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    sequence: { groupOrder },
  },
})

export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  test: {
    // A machine that is not ours may stall for longer than a test waits. What took a second try says so in the report, and
    // is looked at: such a test is a fault. Here, at a developer's, none is given one.
    retry: process.env.CI ? 1 : 0,
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
      inBrowser('chromium', 1),
      inBrowser(
        'firefox',
        2,
        Object.keys(CHROMIUM_ONLY).map((file) => `test/browser/${file}.test.ts`),
      ),
    ],
  },
})
