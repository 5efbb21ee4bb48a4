/** What makes the tests' extension stay in a browser that is closed and opened again, as one from a store does. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import JSZip from 'jszip'
import type { Page } from 'puppeteer-core'

/** For Firefox, which keeps an archive only: what is in the folder, as one. */
export async function archive(folder: string, file: string): Promise<void> {
  const zip = new JSZip()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) zip.file(relative(folder, path), await readFile(path))
  }
  await writeFile(file, await zip.generateAsync({ type: 'nodebuffer' }))
}

/** On `chrome://extensions`: lets Chromium load what comes from no store. */
export const beDeveloper = (page: Page): Promise<void> =>
  page.evaluate(() => chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true }))

/** How Chromium marks, in the flags of an extension, what its debugger has installed and its next start shall not find. */
const BY_DEBUGGER = 1 << 15

/** In the folder of a Chromium that is closed: as if a person had chosen it by *Load unpacked*. */
export async function asIfChosen(folder: string, id: string): Promise<void> {
  const file = join(folder, 'Default/Preferences')
  const preferences = JSON.parse(await readFile(file, 'utf8'))
  preferences.extensions.settings[id].creation_flags &= ~BY_DEBUGGER
  await writeFile(file, JSON.stringify(preferences))
}

declare const chrome: { developerPrivate: { updateProfileConfiguration(how: object): Promise<void> } }
