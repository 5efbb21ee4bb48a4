// Where Firefox (or its long-term release) is, and how to get it.
import { ensureBrowser, FONT, programs } from './browser.mjs'

export const ensureFirefox = () =>
  ensureBrowser({
    name: 'Firefox',
    variable: 'FIREFOX_PATH',
    commands: ['firefox-esr', 'firefox'],
    places: {
      darwin: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
      win32: programs('Mozilla Firefox', 'firefox.exe'),
    },
    packages: ['firefox-esr', FONT],
    how: {
      ubuntu: 'sudo snap install firefox',
      fedora: 'sudo dnf install -y firefox google-noto-sans-cjk-fonts',
      alpine: 'apk add firefox font-noto-cjk',
      arch: 'sudo pacman -S firefox noto-fonts-cjk',
      darwin: 'brew install --cask firefox',
      win32: 'winget install Mozilla.Firefox',
      other: "Firefox, 142 or newer, from your system's packages",
    },
  })
