// Where Chromium (or Chrome) is, and how to get it.
import { ensureBrowser, FONT, programs } from './browser.mjs'

export const ensureChromium = () =>
  ensureBrowser({
    name: 'Chromium or Chrome',
    variable: 'CHROMIUM_PATH',
    commands: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    places: {
      darwin: [
        '/Applications/Chromium.app/Contents/MacOS/Chromium',
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      ],
      win32: programs('Google', 'Chrome', 'Application', 'chrome.exe'),
    },
    packages: ['chromium', FONT],
    how: {
      ubuntu: 'sudo snap install chromium',
      fedora: 'sudo dnf install -y chromium google-noto-sans-cjk-fonts',
      alpine: 'apk add chromium font-noto-cjk',
      arch: 'sudo pacman -S chromium noto-fonts-cjk',
      darwin: 'brew install --cask google-chrome',
      win32: 'winget install Google.Chrome',
      other: "Chromium or Google Chrome from your system's packages",
    },
  })
