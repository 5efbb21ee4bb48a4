/**
 * `npm run demo -- --browsers`: two windows side by side with the extension in both, set up by pressing its own buttons.
 * The left one is at the shop's login page; the right one is linked to the account and can approve.
 */
import { openProfile } from '../browser/harness/browsers.ts'
import type { Profile } from '../browser/harness/profile.ts'
import { linkTo, switchOn, useGateway } from '../browser/harness/steps.ts'
import type { Scene } from './instructions.ts'
import { SHOP_NAME } from './shop.ts'

const WINDOW = { width: 960, height: 960 }

const openWindow = (left: number): Promise<Profile> => openProfile({ window: { left, ...WINDOW } })

/** Answers how to close them. Throws when there is no display to open a window on. */
export async function openWindows(scene: Scene): Promise<() => Promise<void>> {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new Error('--browsers needs a desktop to open windows on, and neither DISPLAY nor WAYLAND_DISPLAY is set')
  }
  const windows = await Promise.all([openWindow(0), openWindow(WINDOW.width)])
  const [page, device] = windows
  for (const window of windows) await useGateway(window, scene.issuer)
  await switchOn(page, SHOP_NAME)
  await page.open(`${scene.shop}/login`)
  await linkTo(device, scene.issuer, scene)
  await device.open(`${scene.shop}`)
  return async () => void (await Promise.all(windows.map((window) => window.close())))
}
