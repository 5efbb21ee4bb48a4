/** A browser and its system in the reader's words; either can be unknown, which the gateway says in English or not at all. */
import type { Translate } from './text.ts'

export function browserText(t: Translate, { browser, os }: { browser: string; os: string }): string {
  const is_known = (name: string) => name !== '' && name !== 'Unknown'
  if (!is_known(browser) && !is_known(os)) return t('ask_page_unknown')
  const named = (name: string) => (is_known(name) ? name : t('ask_page_unknown'))
  return t('ask_page_value', { browser: named(browser), os: named(os) })
}
