// What can be installed unasked: packages of Debian, by root. Everywhere else somebody is told what to install.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** The system's own name for itself, such as debian or darwin. */
export function distribution() {
  try {
    return /^ID="?([\w-]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))[1]
  } catch {
    return process.platform
  }
}

export const canInstall = () => distribution() === 'debian' && process.getuid() === 0

const PATIENCE = ['-o', 'Acquire::http::Timeout=10', '-o', 'Acquire::Retries=1']

function apt(...args) {
  const env = Object.assign({}, process.env, { DEBIAN_FRONTEND: 'noninteractive' })
  const options = { stdio: ['ignore', 2, 2], env }
  return spawnSync('apt-get', ['-qq'].concat(PATIENCE, args), options).status === 0
}

let lists_are_fresh = false

/** Whether they are there now. */
export function install(packages) {
  lists_are_fresh = lists_are_fresh || apt('update')
  return lists_are_fresh && apt('install', '-y', '--no-install-recommends', ...packages)
}
