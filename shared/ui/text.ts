/**
 * How views get their words: one function from a key and values to a sentence, handed down by context. Knows no
 * catalogue and no browser: the extension looks keys up by its i18n API, the hosted pages in a bundled catalogue.
 */
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type en from '../locales/en.json'

export type Key = keyof typeof en

export type Translate = (key: Key, values?: Record<string, string | number>) => string

/** Fills `{name}` placeholders; one without a value stays as it is, so that the mistake is seen. */
export function createTranslate(lookup: (key: Key) => string): Translate {
  return (key, values = {}) => lookup(key).replace(/\{(\w+)\}/g, (whole, name: string) => `${values[name] ?? whole}`)
}

export const Text = createContext<Translate>((key) => key)

export const useText = (): Translate => useContext(Text)
