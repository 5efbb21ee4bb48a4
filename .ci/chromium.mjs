// Finds Chromium (or Chrome) for what opens real browsers, and installs it where that can be done unasked: as root on
// Debian. Downloads no browser of its own. Only Node's own modules: it runs before anything is installed.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { canInstall, distribution, install } from './debian.mjs'
import { say, stop } from './say.mjs'

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
const PLACES = {
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].map((name) =>
    join(process.env[name] || 'C:\\', 'Google\\Chrome\\Application\\chrome.exe'),
  ),
}
/** Chromium, and a font for the Chinese pages: without one they are boxes in every picture. */
const DEBIAN_PACKAGES = ['chromium', 'fonts-noto-cjk']

/** @returns {string | null} the browser's path */
function findChromium() {
  const named = process.env.CHROMIUM_PATH
  if (named) return existsSync(named) ? named : stop(`CHROMIUM_PATH is ${named}, and there is no such file.`)
  const folders = (process.env.PATH || '').split(delimiter)
  const onPath = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)))
  return onPath.concat(PLACES[process.platform] || []).find((path) => existsSync(path)) || null
}

function howToInstall(system) {
  if (system === 'debian') return `sudo apt-get install -y --no-install-recommends ${DEBIAN_PACKAGES.join(' ')}`
  if (system === 'ubuntu') return 'sudo snap install chromium'
  if (system === 'fedora') return 'sudo dnf install -y chromium google-noto-sans-cjk-fonts'
  if (system === 'alpine') return 'apk add chromium font-noto-cjk'
  if (system === 'arch') return 'sudo pacman -S chromium noto-fonts-cjk'
  if (system === 'darwin') return 'brew install --cask google-chrome'
  if (system === 'win32') return 'winget install Google.Chrome'
  return "Chromium or Google Chrome from your system's packages"
}

/** The path of a browser; installs one where that is possible, else says exactly what to install and exits 1. */
export function ensureChromium() {
  const found = findChromium()
  if (found) return found
  if (canInstall()) {
    say(`installing ${DEBIAN_PACKAGES.join(' and ')} (apt-get) …`)
    const installed = install(DEBIAN_PACKAGES) ? findChromium() : null
    if (installed) return installed
  }
  return stop(
    'this needs Chromium or Chrome, and none was found.',
    `Install it: ${howToInstall(distribution())}`,
    'or set CHROMIUM_PATH to the browser that is to be used.',
  )
}
