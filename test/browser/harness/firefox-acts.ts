/** What runs inside of Firefox, in its own window and with its own rights. Each function stands alone. */

/** Makes the browser's remote agent find the pages of extensions that are in no tab: popups, and the background. */
export function letExtensionsIn(): void {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs')
  const { getBrowserById, getIdForBrowser } = NavigableManager
  NavigableManager.getIdForBrowser = (browser) => {
    if (browser) browser.permanentKey ??= {}
    return getIdForBrowser.call(NavigableManager, browser)
  }
  NavigableManager.getBrowserById = (id) => {
    const views = WebExtensionPolicy.getActiveExtensions().flatMap(({ extension }) => [...(extension?.views ?? [])])
    const found = views.find(({ xulBrowser }) => xulBrowser && NavigableManager.getIdForBrowser(xulBrowser) === id)
    return getBrowserById.call(NavigableManager, id) ?? found?.xulBrowser ?? null
  }
}

/** Answers once an extension that the browser found in its folder has begun. */
export async function hasBegun(id: string): Promise<void> {
  const deadline = Date.now() + 15_000
  while (!WebExtensionPolicy.getByID(id)) {
    if (Date.now() > deadline) throw new Error('the extension does not begin')
    await new Promise((done) => setTimeout(done, 20))
  }
}

/** Wakes the event page, and answers its name. */
export async function wake(id: string): Promise<string> {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs')
  const { extension } = WebExtensionPolicy.getByID(id)!
  await extension.wakeupBackground()
  const view = [...extension.views].find(({ viewType }) => viewType === 'background')
  return NavigableManager.getIdForBrowser(view!.xulBrowser)!
}

/** Ends the event page, whatever keeps it awake. */
export async function endBackground(id: string): Promise<void> {
  const { extension } = WebExtensionPolicy.getByID(id)!
  await extension.terminateBackground({ disableResetIdleForTest: true })
}

/** Opens the popup as a click on its icon does, and answers its name. */
export async function openPopup(id: string): Promise<string> {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs')
  const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs')
  const { extension } = WebExtensionPolicy.getByID(id)!
  const view = () => [...extension.views].find(({ viewType, xulBrowser }) => viewType === 'popup' && xulBrowser)
  const panel = () => view()?.xulBrowser?.closest<XulPanel>('panel')
  const deadline = Date.now() + 15_000
  // A popup that is on its way out is let go first.
  while (view()) {
    panel()?.hidePopup()
    await new Promise((done) => setTimeout(done, 10))
  }
  await ExtensionParent.apiManager.global.browserActionFor(extension).openPopup(window)
  // It begins in a place of its own, and is moved into the panel that is shown.
  const isShown = () => view()?.xulBrowser?.closest('panelview') && panel()?.state === 'open'
  while (!isShown()) {
    if (Date.now() > deadline) throw new Error('the popup does not open')
    await new Promise((done) => setTimeout(done, 10))
  }
  return NavigableManager.getIdForBrowser(view()!.xulBrowser)!
}

/** Chooses an entry from the menu that a press of the right button has opened, and answers the name of the popup that opens. */
export async function chooseEntry(id: string, entry: string): Promise<string> {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs')
  const { extension } = WebExtensionPolicy.getByID(id)!
  const deadline = Date.now() + 15_000
  const until = async <T>(what: string, look: () => T | null | undefined | false): Promise<T> => {
    for (;;) {
      const found = look()
      if (found) return found
      if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`)
      await new Promise((done) => setTimeout(done, 20))
    }
  }
  const menu = document.getElementById('contentAreaContextMenu') as XulMenu
  await until('the menu', () => menu.state === 'open')
  const item = await until('the entry', () => menu.querySelector<HTMLElement>(`menuitem[label="${entry}"]`))
  menu.activateItem(item)
  const view = await until('the popup', () =>
    [...extension.views].find(({ viewType, xulBrowser }) => viewType === 'popup' && xulBrowser?.closest('panelview')),
  )
  return NavigableManager.getIdForBrowser(view.xulBrowser)!
}

/** Answers once this popup is no more. */
export async function popupGone(context: string): Promise<void> {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs')
  const browser = NavigableManager.getBrowserById(context)
  while (browser?.isConnected) await new Promise((done) => setTimeout(done, 20))
}

/** Closes it as the Escape key does, and answers once it is no more. */
export async function closePopup(context: string): Promise<void> {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs')
  const browser = NavigableManager.getBrowserById(context)
  browser?.closest<XulPanel>('panel')?.hidePopup()
  while (browser?.isConnected) await new Promise((done) => setTimeout(done, 10))
}

export function listTabs(): { context: string; url: string }[] {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs')
  return gBrowser.tabs.map(({ linkedBrowser }) => ({
    context: NavigableManager.getIdForBrowser(linkedBrowser)!,
    url: linkedBrowser.currentURI.spec,
  }))
}

/** What extensions call this tab. */
export function tabId(context: string): number {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs')
  const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs')
  const tab = gBrowser.getTabForBrowser(NavigableManager.getBrowserById(context)!)
  return ExtensionParent.apiManager.global.tabTracker.getId(tab)
}

export async function allow(id: string, origins: string[]): Promise<void> {
  const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs')
  const { extension } = WebExtensionPolicy.getByID(id)!
  await ExtensionPermissions.add(id, { permissions: [], origins }, extension)
}

export function readBadge(id: string, here: boolean): string {
  const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs')
  const { action } = ExtensionParent.apiManager.global.browserActionFor(WebExtensionPolicy.getByID(id)!.extension)
  return (here ? action.getContextData(gBrowser.selectedTab) : action.globals).badgeText ?? ''
}

export function letScripts(context: string, run: boolean): void {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs')
  NavigableManager.getBrowserById(context)!.browsingContext.allowJavascript = run
}

/** The process of a page. */
export function processOf(context: string): number {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs')
  return NavigableManager.getBrowserById(context)!.browsingContext.currentWindowGlobal.osPid
}

export function prefer(context: string, scheme: string): void {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs')
  NavigableManager.getBrowserById(context)!.browsingContext.prefersColorSchemeOverride = scheme
}

export function preferMotion(context: string, motion: string): void {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs')
  NavigableManager.getBrowserById(context)!.browsingContext.prefersReducedMotionOverride = motion
}

/** All text in this page that a screen reader is told of. */
export function hear(context: string): string[] {
  const { NavigableManager } = ChromeUtils.importESModule('chrome://remote/content/shared/NavigableManager.sys.mjs')
  const service = Cc['@mozilla.org/accessibilityService;1']!.getService(Ci.nsIAccessibilityService)
  const texts: string[] = []
  const walk = (node: Accessible | null): void => {
    for (let at = node; at; at = at.nextSibling) {
      if (service.getStringRole(at.role) === 'text leaf' && at.name) texts.push(at.name)
      walk(at.firstChild)
    }
  }
  walk(service.getAccessibleFor(NavigableManager.getBrowserById(context)!)?.firstChild ?? null)
  return texts
}

// As much of the browser's own world as is named here.

interface XulBrowser extends HTMLElement {
  permanentKey?: object
  currentURI: { spec: string }
  browsingContext: {
    allowJavascript: boolean
    prefersColorSchemeOverride: string
    prefersReducedMotionOverride: string
    currentWindowGlobal: { osPid: number }
  }
}

interface XulPanel extends HTMLElement {
  readonly state: string
  hidePopup(): void
}

interface XulMenu extends XulPanel {
  activateItem(item: HTMLElement): void
}

interface ExtensionView {
  viewType: string
  xulBrowser: XulBrowser | null
}

interface RunningExtension {
  views: Set<ExtensionView>
  wakeupBackground(): Promise<void>
  terminateBackground(options: { disableResetIdleForTest: boolean }): Promise<void>
}

interface XulTab {
  linkedBrowser: XulBrowser
}

interface BrowserAction {
  openPopup(window: Window): Promise<void>
  action: { globals: { badgeText?: string }; getContextData(tab: XulTab): { badgeText?: string } }
}

interface Accessible {
  role: number
  name: string | null
  firstChild: Accessible | null
  nextSibling: Accessible | null
}

interface Modules {
  'chrome://remote/content/shared/NavigableManager.sys.mjs': {
    NavigableManager: {
      getBrowserById(id: string): XulBrowser | null
      getIdForBrowser(browser: XulBrowser | null): string | null
    }
  }
  'resource://gre/modules/ExtensionParent.sys.mjs': {
    ExtensionParent: {
      apiManager: {
        global: {
          browserActionFor(extension: RunningExtension): BrowserAction
          tabTracker: { getId(tab: XulTab): number }
        }
      }
    }
  }
  'resource://gre/modules/ExtensionPermissions.sys.mjs': {
    ExtensionPermissions: {
      add(id: string, allowed: { permissions: string[]; origins: string[] }, extension: RunningExtension): Promise<void>
    }
  }
}

declare const ChromeUtils: { importESModule<M extends keyof Modules>(module: M): Modules[M] }
declare const WebExtensionPolicy: {
  getByID(id: string): { extension: RunningExtension } | null
  getActiveExtensions(): { extension?: RunningExtension }[]
}
declare const gBrowser: { tabs: XulTab[]; selectedTab: XulTab; getTabForBrowser(browser: XulBrowser): XulTab }
declare const Cc: Record<string, { getService(of: unknown): AccessibilityService }>
declare const Ci: { nsIAccessibilityService: unknown }

interface AccessibilityService {
  getAccessibleFor(element: Element): Accessible | null
  getStringRole(role: number): string
}
