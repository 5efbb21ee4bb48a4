/**
 * What the person sees without opening anything: the badge, whose one owner this is, and notifications. Neither ever
 * decides anything; a click on a notification opens the popup.
 */

import { siteName } from '../../shared/ui/site-name.ts'
import { createTranslate } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import { type InboxItem, read } from '../state.ts'
import { nameAt } from '../view/name-at.ts'
import { isOpen } from './inbox-items.ts'

const PENDING_COLOR = '#0b6a57'
const t = createTranslate((key) => browser.i18n.getMessage(key))

/** Draws the badge from what is kept: how many wait for an answer, or else that a tab's code is in the popup. */
export async function drawBadge(): Promise<void> {
  const waiting = (await read('inbox')).items.filter(isOpen).length
  await browser.action.setBadgeBackgroundColor({ color: PENDING_COLOR })
  await browser.action.setBadgeText({ text: waiting === 0 ? '' : String(waiting) })
  for (const [tab_id, page] of Object.entries(await read('pages'))) {
    if (page.expelled) await setTabBadge(Number(tab_id), waiting === 0 ? '!' : null)
  }
}

/** A tab's own badge covers the common one; null uncovers it. The tab may have gone since, and then nothing is drawn. */
export async function setTabBadge(tabId: number, text: string | null): Promise<void> {
  await browser.action.setBadgeText({ tabId, text }).catch(() => {})
}

/** Says that another device of an account has scanned something that this one may answer as well. */
export async function announce(item: InboxItem): Promise<void> {
  const { origin, client, resembles } = item.claim.request
  const warning = resembles === undefined ? [] : [t('ask_sign_look_alike', { known: siteName(resembles).text })]
  const accounts = await read('accounts')
  const account = accounts.length > 1 && accounts.find(({ account_id }) => account_id === item.account_id)
  const whose = account ? [nameAt(t, account)] : []
  await browser.notifications.create(idOf(item), {
    type: 'basic',
    iconUrl: browser.runtime.getURL('icons/128.png'),
    title: t('popup_notification_title'),
    message: [...(origin === null ? [] : [siteName(origin).text]), client.name, ...whose, ...warning].join('\n'),
  })
}

/** Takes back the notification of a claim that no longer waits. */
export const withdraw = (item: InboxItem): Promise<unknown> => browser.notifications.clear(idOf(item))

const idOf = ({ account_id, claim }: InboxItem): string => `${account_id} ${claim.claim_id}`

/** Opens the popup where the browser lets us without a click on the toolbar, and a small window where it does not. */
export async function openApprovals(): Promise<void> {
  try {
    await browser.action.openPopup()
  } catch {
    // A phone has no windows.
    if (!browser.windows) return void (await browser.tabs.create({ url: browser.runtime.getURL('popup.html') }))
    await browser.windows.create({ type: 'popup', url: browser.runtime.getURL('popup.html'), width: 400, height: 640 })
  }
}
