/** The catalogues: complete in every language, and of a form that both the extension and the pages can read. */
import { describe, expect, test } from 'vitest'
import en from '../../shared/locales/en.json' with { type: 'json' }
import zh_CN from '../../shared/locales/zh_CN.json' with { type: 'json' }
import { createTranslate } from '../../shared/ui/text.ts'

const CATALOGUES: Record<string, Record<string, string>> = { en, zh_CN }

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

describe.each(Object.keys(CATALOGUES))('%s', (language) => {
  const catalogue = CATALOGUES[language] ?? {}

  test('has every text, and none besides', () => {
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(en).sort())
  })

  test('has no text that is empty, or padded', () => {
    expect(Object.entries(catalogue).filter(([, text]) => text === '' || text.trim() !== text)).toEqual([])
  })

  test('fills in the same things as English', () => {
    const differing = Object.entries(catalogue).filter(
      ([key, text]) => placeholders(text).join() !== placeholders((en as Record<string, string>)[key] ?? '').join(),
    )
    expect(differing).toEqual([])
  })

  test('is of the form that browsers take for an extension', () => {
    for (const [key, text] of Object.entries(catalogue)) {
      expect(key).toMatch(/^[a-z0-9_]+$/)
      expect(text, 'a dollar sign begins a placeholder there').not.toContain('$')
    }
    expect((catalogue.extension_description ?? '').length, 'what the stores take').toBeLessThanOrEqual(132)
  })

  test('names itself as the standard has it', () => {
    expect(Intl.getCanonicalLocales(catalogue.locale_tag)).toEqual([catalogue.locale_tag])
  })
})

test('values go into their places; a place without a value is seen', () => {
  const t = createTranslate(() => '{browser} on {os}, {browser}')
  expect(t('ask_page_value', { browser: 'Firefox', os: '{os}' })).toBe('Firefox on {os}, Firefox')
  expect(t('ask_page_value', { browser: 0 })).toBe('0 on {os}, 0')
})
