/** Content scripts that are registered while there is a page for them, on hosts that the browser has granted. */
import { browser } from '../browser.ts'

interface Script {
  id: string
  js: string[]
  runAt: 'document_start' | 'document_idle'
}

/** Brings what is registered under this id in line: for those patterns which are granted, or not at all. */
export async function keepScript(script: Script, patterns: readonly string[]): Promise<void> {
  const granted = await Promise.all(patterns.map((pattern) => browser.permissions.contains({ origins: [pattern] })))
  const matches = patterns.filter((_, index) => granted[index])
  const ids = [script.id]
  const registered = await browser.scripting.getRegisteredContentScripts({ ids })
  if (matches.length === 0) {
    if (registered.length > 0) await browser.scripting.unregisterContentScripts({ ids })
    return
  }
  const wanted = { ...script, matches, allFrames: false }
  if (registered.length > 0) await browser.scripting.updateContentScripts([wanted])
  else await browser.scripting.registerContentScripts([{ ...wanted, persistAcrossSessions: true }])
}
