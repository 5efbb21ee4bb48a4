/**
 * What the person sees without opening anything: the badge, whose one owner this is, and notifications. Neither ever
 * decides anything; a click on a notification opens the popup.
 */

import { siteName } from '../../shared/ui/site-name.ts'
import { createTranslate } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import { type InboxItem, read, update } from '../state.ts'
import { nameAt } from '../view/name-at.ts'
import { isOpen } from './inbox-items.ts'

const PENDING_COLOR = '#0b6a57'
const t = createTranslate((key) => browser.i18n.getMessage(key))

let drawn: Promise<void> = Promise.resolve()

/** Draws the badge from what is kept: how many wait for an answer, or else that a tab's code is in the popup. */
export function drawBadge(): Promise<void> {
  // One after the other: what was read last is drawn last.
  drawn = drawn.then(draw).catch((error) => console.error('nod:', error))
  return drawn
}

async function draw(): Promise<void> {
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
async function announce(item: InboxItem): Promise<void> {
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

let last: Promise<void> = Promise.resolve()

/**
 * Brings the notifications in line with what is kept: one for each request of another device that waits, once; none for what
 * no longer waits. `seen`: a popup is open and shows it all, so nothing needs to be told besides.
 */
export function notify(seen: boolean): Promise<void> {
  last = last.then(() => bringInLine(seen)).catch((error) => console.error('nod:', error))
  return last
}

async function bringInLine(seen: boolean): Promise<void> {
  const waiting = (await read('inbox')).items.filter((item) => isOpen(item) && !item.mine)
  const wanted = new Set(seen ? [] : waiting.map(idOf))
  const shown = Object.keys(await browser.notifications.getAll())
  await Promise.all(shown.filter((id) => id.startsWith(OURS) && !wanted.has(id)).map(withdraw))
  const news = waiting.filter(({ told }) => !told)
  if (news.length === 0) return
  if (!seen) await Promise.all(news.map(announce))
  const told = new Set(news.map(idOf))
  await update('inbox', (inbox) => ({
    ...inbox,
    items: inbox.items.map((item) => (told.has(idOf(item)) ? { ...item, told: true } : item)),
  }))
}

export const withdraw = (id: string): Promise<unknown> => browser.notifications.clear(id)

/** The same each time, so that one that is made twice is still one. */
const OURS = 'claim '
const idOf = ({ account_id, claim }: InboxItem): string => `${OURS}${account_id} ${claim.claim_id}`

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
