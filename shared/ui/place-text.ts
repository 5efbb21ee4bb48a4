/** Where something came from, as far as it is known: its address, and the country that the gateway found for it. */
import type { Translate } from './text.ts'

function countryName(t: Translate, code: string | undefined): string {
  if (!code || !/^[A-Z]{2}$/.test(code)) return ''
  return new Intl.DisplayNames(t('locale_tag'), { type: 'region' }).of(code) ?? ''
}

export const placeText = (t: Translate, { ip, country }: { ip?: string | undefined; country?: string | undefined }) =>
  [ip, countryName(t, country)].filter(Boolean).join(' · ')
