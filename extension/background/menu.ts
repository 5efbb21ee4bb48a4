/**
 * The entry in the menu of a picture: sign in with the code in it. There is one only while this browser can answer. The
 * popup opens with the press, since a browser lets it open no later, and shows what comes of it.
 */
import { createTranslate } from '../../shared/ui/text.ts'
import { browser } from '../browser.ts'
import { toProblem } from '../problem.ts'
import { read, update, write } from '../state.ts'
import { openApprovals } from './attention.ts'
import { scanPicture } from './taking.ts'

const MENU_ID = 'picture'
const t = createTranslate((key) => browser.i18n.getMessage(key))

/** A phone has no such menus. */
const menus: typeof browser.contextMenus | undefined = browser.contextMenus

let last: Promise<unknown> = Promise.resolve()

/** Puts the entry there, or takes it away. */
export function keepMenu(): Promise<unknown> {
  last = last.then(async () => {
    await menus?.removeAll()
    if ((await read('accounts')).length === 0) return
    menus?.create({ id: MENU_ID, title: t('menu_picture'), contexts: ['image'] })
  })
  return last
}

/** What went wrong has been seen once the popup that showed it is gone. */
export async function readingSeen(): Promise<void> {
  await update('reading', (reading) => (reading?.state === 'failed' ? null : reading))
}

export function listenToMenu(): void {
  menus?.onClicked.addListener(({ menuItemId, srcUrl, frameId }, tab) => {
    if (menuItemId !== MENU_ID || srcUrl === undefined || tab?.id === undefined) return
    void openApprovals()
    void takePicture(tab.id, srcUrl, frameId ?? 0)
  })
}

async function takePicture(tab_id: number, src: string, frame_id: number): Promise<void> {
  await write('reading', { state: 'reading' })
  try {
    await scanPicture(tab_id, src, frame_id)
    await write('reading', null)
  } catch (error) {
    await write('reading', { state: 'failed', problem: toProblem(error) })
  }
}
