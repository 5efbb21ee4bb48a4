/**
 * A browser profile of its own with the built extension in it: one person's browser. One shape for every browser that the
 * tests run in; what each does in its own way is in chromium.ts and firefox.ts. Knows nothing of what pages say.
 */
import type { Browser, ElementHandle, JSHandle, Page, Realm } from 'puppeteer-core'

/** A camera's picture has this size too, so that what it sees is a page, pixel for pixel. */
export const VIEWPORT = { width: 1280, height: 720 }

/** What the browsers speak, and so what tests read in them: `NOD_TEST_LANGUAGE=zh-CN` for pictures in the other one. */
export const LANGUAGE = process.env.NOD_TEST_LANGUAGE ?? 'en-US'

export interface ProfileOptions {
  /** false: a browser that has never heard of Nod. */
  extension?: boolean
  /** A folder that keeps everything: opened there again, it is the same person's browser, closed meanwhile. */
  kept?: string
  /** true: the page that opens when the extension is installed stays open. */
  welcome?: boolean
  /** Anything but false: no window is seen. Where and how large it is otherwise. */
  window?: false | { left: number; width: number; height: number }
  /** A picture file that the browser's camera sees; see camera.ts. */
  camera?: string
  /** How many cameras it has in place of that one, each with a test picture; nobody has allowed them. In Firefox there is one. */
  cameras?: number
}

/** Runs a function, which stands alone, where only the browser's owner can: its arguments and answer are JSON. */
export interface Inside {
  evaluate<A extends unknown[], R>(run: (...args: A) => R | Promise<R>, ...args: A): Promise<R>
}

/** The widget as the browser's owner sees it: its root, and a world to look at it from that is not the page's. */
export interface Opened {
  world: Realm
  root: JSHandle<ShadowRoot>
}

export type Scheme = 'light' | 'dark'

/** The authenticator built into a device: it knows its person by a finger, and keeps passkeys. */
export interface Authenticator {
  passkeys(): Promise<object[]>
  /** Passkeys of another one in a browser of the same kind, as between the devices of one person. */
  take(passkeys: object[]): Promise<void>
  /** Whether the finger on it is its person's. */
  knows(verified: boolean): Promise<void>
}

export interface Profile {
  readonly browser: Browser
  /** What the extension is called by its browser, and the address that its own pages have. */
  readonly extension: { id: string; base: string }

  open(url: string): Promise<Page>
  /** One of the extension's own pages in a tab: `options.html`. */
  openOwn(file: string): Promise<Page>
  /** The popup, opened over `page` as by a click on the icon: the page's tab becomes the one it may look at. */
  openPopup(page: Page): Promise<Page>
  /** Chooses our entry, by its name, from the menu of the picture that this selector finds. Answers the popup that opens. */
  chooseForPicture(page: Page, selector: string, entry: string): Promise<Page>
  /** Waits for a tab that something else opens, such as a link that leads to a new tab. */
  tab(opens: (url: string) => boolean): Promise<Page>

  /**
   * Says yes, beforehand, to the question whether the extension may read these sites. What then asks still has to ask,
   * from a real click.
   */
  allow(...patterns: string[]): Promise<void>
  /** What stands on the extension's icon; over the tab in front, where `here`. */
  badge(here?: boolean): Promise<string>
  /** The extension's worker or event page, woken if it sleeps. */
  readonly background: Inside
  /** Ends it as the browser does when it is idle. */
  killWorker(): Promise<void>

  /** The world of our content script in this page; null where none has run. */
  contentScript(page: Page): Promise<Inside | null>
  /** The closed shadow root in this page, once there is one; null as long as there is none. */
  openRoot(page: Page): Promise<Opened | null>
  /** What a screen reader would say of the page, a line for each piece of text. */
  hear(page: Page): Promise<string[]>
  /** The button of this name, wherever it stands: in closed roots too. */
  findButton(page: Page, name: string): Promise<ElementHandle | null>
  /** As a person who wants it dark, or light; null: whatever this machine has. */
  prefer(page: Page, scheme: Scheme | null): Promise<void>
  /** As a person who likes things to move, or to stand still. */
  preferMotion(page: Page, moving: boolean): Promise<void>

  /** Whether the page's scripts may run, from its next loading on. */
  letScripts(page: Page, run: boolean): Promise<void>
  /** Its process ends, with no good-bye. */
  crash(page: Page): Promise<void>
  /** Installs somebody else's extension from a folder; answers what it is called, and the inside of its background. */
  addExtension(folder: string): Promise<Inside & { id: string }>
  /** One that stands by in this page, from now on. */
  authenticator(page: Page): Promise<Authenticator>

  close(): Promise<void>
}

const profiles = new WeakMap<Browser, Profile>()

/** So that whoever holds a page can ask its browser for what every browser does in its own way. */
export function remember(profile: Profile): Profile {
  profiles.set(profile.browser, profile)
  return profile
}

export function profileOf(page: Page): Profile {
  const profile = profiles.get(page.browser())
  if (!profile) throw new Error(`no profile is known that ${page.url()} is of`)
  return profile
}
