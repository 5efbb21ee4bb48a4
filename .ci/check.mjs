// Everything that can be said about the code without running it: types, form, dead code, the house rules, the build and
// what Firefox's own linter says of the extension. Runs all of them and tells at the end, not only the first to fail.
import { spawnSync } from 'node:child_process'
import { say } from './say.mjs'

const CHECKS = {
  types: 'tsc',
  form: 'biome ci --error-on-warnings .',
  'dead code': 'knip --no-progress',
  'house rules': 'vitest run --config test/vitest.config.ts --project unit test/layering.test.ts',
  build: 'node build.mjs',
  // Mozilla's linter judges what Firefox gets; dist/chrome is the same code, and Chromium loads it in every browser test.
  'extension for Firefox': 'web-ext lint --no-config-discovery --warnings-as-errors --source-dir dist/firefox',
}

const failed = Object.keys(CHECKS).filter((name) => {
  say(`check: ${name}`)
  return spawnSync(CHECKS[name], { stdio: 'inherit', shell: true }).status !== 0
})
say(failed.length === 0 ? 'check: all well' : `check: failed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
