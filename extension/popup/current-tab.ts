/** The tab under the popup, which a click on the toolbar button lets the extension look at. */
import { useEffect, useState } from 'preact/hooks'
import { browser } from '../browser.ts'

export interface CurrentTab {
  tab_id: number
}

/** Null while it is not known, and always in a window of the popup's own, which has no tab under it. */
export function useCurrentTab(): CurrentTab | null {
  const [tab, setTab] = useState<CurrentTab | null>(null)
  useEffect(() => {
    void find().then(setTab)
  }, [])
  return tab
}

async function find(): Promise<CurrentTab | null> {
  if (await browser.tabs.getCurrent()) return null
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true })
  return tab?.id === undefined ? null : { tab_id: tab.id }
}

/** A private window has no key of this browser's, so nothing can be approved from it. */
export const isPrivate = (): boolean => browser.extension.inIncognitoContext === true
