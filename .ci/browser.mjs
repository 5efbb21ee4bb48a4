// Finds a browser for what opens real ones, and installs it where that can be done unasked: as root on Debian. Downloads
// none of its own. Only Node's own modules: it runs before anything is installed.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { canInstall, distribution, install } from './debian.mjs'
import { say, stop } from './say.mjs'

/** A font for the Chinese pages: without one they are boxes in every picture. */
export const FONT = 'fonts-noto-cjk'

/** Places of this system's program folders, on Windows. */
export const programs = (...parts) =>
  ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].map((name) => join(process.env[name] || 'C:\\', ...parts))

/**
 * @typedef Wanted
 * @property {string} name what people call it
 * @property {string} variable the environment variable that names its path
 * @property {string[]} commands
 * @property {Record<string, string[]>} places by platform
 * @property {string[]} packages Debian's
 * @property {Record<string, string>} how to install it, by system; `other` for those that are not named
 */

/** @param {Wanted} wanted @returns {string | null} the browser's path */
function find({ variable, commands, places }) {
  const named = process.env[variable]
  if (named) return existsSync(named) ? named : stop(`${variable} is ${named}, and there is no such file.`)
  const folders = (process.env.PATH || '').split(delimiter)
  const onPath = commands.flatMap((command) => folders.map((folder) => join(folder, command)))
  return onPath.concat(places[process.platform] || []).find((path) => existsSync(path)) || null
}

function howToInstall({ packages, how }) {
  const system = distribution()
  if (system === 'debian') return `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`
  return how[system] || how.other
}

/**
 * The path of the browser; installs one where that is possible, else says exactly what to install and exits 1.
 * @param {Wanted} wanted
 */
export function ensureBrowser(wanted) {
  const found = find(wanted)
  if (found) return found
  if (canInstall()) {
    say(`installing ${wanted.packages.join(' and ')} (apt-get) …`)
    const installed = install(wanted.packages) ? find(wanted) : null
    if (installed) return installed
  }
  return stop(
    `this needs ${wanted.name}, and none was found.`,
    `Install it: ${howToInstall(wanted)}`,
    `or set ${wanted.variable} to the browser that is to be used.`,
  )
}
