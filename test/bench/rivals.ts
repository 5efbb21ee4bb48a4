/** Gets the packages of the rivals when they are needed, and says so: nobody but the bench has a use for them. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const FOLDER = resolve(import.meta.dirname, 'rivals')

interface Lock {
  packages: Record<string, { version?: string }>
}

const read = (file: string): Lock | null =>
  existsSync(resolve(FOLDER, file)) ? (JSON.parse(readFileSync(resolve(FOLDER, file), 'utf8')) as Lock) : null

function areInstalled(): boolean {
  const wanted = read('package-lock.json')!.packages
  const found = read('node_modules/.package-lock.json')?.packages ?? {}
  return Object.keys(wanted).every((path) => path === '' || found[path]?.version === wanted[path]!.version)
}

/** Throws when they cannot be had. */
export function installRivals(): void {
  if (areInstalled()) return
  console.error('bench: installing the rivals, test/bench/rivals/package-lock.json (npm ci) …')
  const done = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: FOLDER, stdio: ['ignore', 2, 2] })
  if (done.status !== 0) throw new Error('npm ci failed in test/bench/rivals: see above. It needs the registry once.')
}
