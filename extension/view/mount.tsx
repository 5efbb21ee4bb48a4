/** Puts a view into one of the extension's pages, with its words in the browser's language. */
import { type ComponentChild, render } from 'preact'
import { createTranslate, Text } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import css from './view.css'

export const translate = createTranslate((key) => browser.i18n.getMessage(key))

/** Renders into the page's `<main id="app">`. */
export function mount(view: ComponentChild): void {
  const place = document.getElementById('app')
  if (!place) throw new Error('this page has no #app')
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  document.adoptedStyleSheets = [sheet]
  document.documentElement.lang = translate('locale_tag')
  render(<Text.Provider value={translate}>{view}</Text.Provider>, place)
}
