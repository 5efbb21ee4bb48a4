/** The gateway's words for people: the catalogue that fits best to what the site asked for and what the browser prefers. */
import en from '../../shared/locales/en.json' with { type: 'json' }
import zh_CN from '../../shared/locales/zh_CN.json' with { type: 'json' }
import { createTranslate, type Translate } from '../../shared/ui/text.ts'

type Catalogue = typeof en

const CATALOGUES: Record<string, Catalogue> = { en, zh: zh_CN }

/** `ui_locales`: BCP 47 tags by preference, separated by blanks (OpenID Connect Core §3.1.2.1). */
export function pickLanguage(ui_locales = ''): Translate {
  const t = translateFor(ui_locales.split(' '))
  document.documentElement.lang = t('locale_tag')
  return t
}

/** The first of these BCP 47 tags, and then of those the browser prefers, for which there is a catalogue. */
export function translateFor(tags: readonly string[]): Translate {
  const found = [...tags, ...navigator.languages]
    .map((tag) => CATALOGUES[tag.toLowerCase().split(/[-_]/)[0] ?? ''])
    .find((one) => one !== undefined)
  const catalogue = found ?? en
  return createTranslate((key) => catalogue[key])
}
