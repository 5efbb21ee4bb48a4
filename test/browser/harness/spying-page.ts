/**
 * A login page whose scripts were there first: everything that a program in it could call is replaced, and writes down
 * what it was called with, up to the moment at which the page is left: that is when a code is on its way.
 */

import type { Page } from 'puppeteer-core'

/** Runs in the page before anything else, so it stands alone. */
function spy(): void {
  /** Each line once: whoever asks the page every few milliseconds calls the same things again and again. */
  const seen = new Set<string>()
  const text = String
  const keep = seen.add.bind(seen)
  const clone = Node.prototype.cloneNode
  const describe = (value: unknown): string => {
    if (typeof value === 'string') return value
    if (value === globalThis) return 'window'
    if (value instanceof Element) return (Reflect.apply(clone, value, [false]) as Element).outerHTML
    if (ArrayBuffer.isView(value)) return text(new TextDecoder().decode(value))
    if (typeof value !== 'object' || value === null) return text(value)
    return Object.keys(value).reduce((all, key) => `${all} ${key}=${text((value as Record<string, unknown>)[key])}`, '')
  }
  let busy = false
  /** While it writes down, what it calls itself is not written down. */
  const note = (name: string, values: unknown[]): void => {
    if (busy) return
    busy = true
    let line = name
    for (const value of values) {
      try {
        line += ` ${describe(value).replaceAll('\n', ' ')}`
      } catch {
        line += ' ?'
      }
    }
    keep(line)
    busy = false
  }
  const replace = (owner: object, name: string): void => {
    const found = Object.getOwnPropertyDescriptor(owner, name)
    if (!found?.configurable) return
    const wrap = (real: (...values: unknown[]) => unknown) =>
      function (this: unknown, ...values: unknown[]): unknown {
        note(name, [this, ...values])
        // What a promise holds is seen only by whoever it is told to.
        const [told, ...others] = values
        if (name === 'then' && typeof told === 'function')
          values = [
            (value: unknown) => {
              note('then', [value])
              return told(value)
            },
            ...others,
          ]
        const made = new.target ? Reflect.construct(real, values, new.target) : Reflect.apply(real, this, values)
        if (!busy) note(`${name} gave`, [made])
        return made
      }
    if (typeof found.value === 'function') {
      const wrapped = wrap(found.value)
      wrapped.prototype = found.value.prototype
      Object.setPrototypeOf(wrapped, found.value)
      Object.defineProperty(owner, name, { ...found, value: wrapped })
    } else if (found.set) {
      Object.defineProperty(owner, name, { ...found, set: wrap(found.set as (...values: unknown[]) => unknown) })
    }
  }
  const world = globalThis as unknown as Record<string, { prototype: object } & object>
  for (const name of ['fetch', 'WebSocket', 'XMLHttpRequest', 'MutationObserver', 'ResizeObserver', 'MessageChannel'])
    replace(globalThis, name)
  for (const name of ['BroadcastChannel', 'CSSStyleSheet', 'URL', 'Headers', 'Request', 'Blob', 'TextEncoder'])
    replace(globalThis, name)
  for (const name of ['setTimeout', 'setInterval', 'queueMicrotask', 'structuredClone', 'postMessage', 'atob', 'btoa'])
    replace(globalThis, name)
  replace(JSON, 'parse')
  replace(JSON, 'stringify')
  replace(Reflect, 'get')
  replace(Object, 'defineProperty')
  replace(Object, 'fromEntries')
  for (const name of ['digest', 'importKey', 'exportKey', 'sign', 'generateKey']) replace(SubtleCrypto.prototype, name)
  for (const name of ['getRandomValues', 'randomUUID']) replace(Crypto.prototype, name)
  for (const name of ['then', 'catch']) replace(Promise.prototype, name)
  for (const name of ['push', 'map', 'filter', 'join', 'find', 'some', 'includes', 'forEach'])
    replace(Array.prototype, name)
  for (const name of ['split', 'replace', 'slice', 'startsWith', 'trim', 'charCodeAt']) replace(String.prototype, name)
  for (const name of ['get', 'set', 'has']) replace(Map.prototype, name)
  for (const name of ['attachShadow', 'append', 'setAttribute', 'matches', 'closest', 'remove', 'replaceChildren'])
    replace(Element.prototype, name)
  for (const name of ['appendChild', 'insertBefore', 'replaceChild', 'textContent']) replace(Node.prototype, name)
  for (const name of ['createElement', 'createElementNS', 'querySelector', 'querySelectorAll', 'createTextNode'])
    replace(Document.prototype, name)
  for (const name of ['addEventListener', 'dispatchEvent']) replace(EventTarget.prototype, name)
  for (const name of ['send', 'onmessage']) replace(world.WebSocket!.prototype, name)
  for (const name of ['sendBeacon']) replace(Navigator.prototype, name)
  for (const name of ['replaceSync', 'insertRule']) replace(world.CSSStyleSheet!.prototype, name)
  for (const name of ['define', 'get', 'whenDefined']) replace(CustomElementRegistry.prototype, name)
  replace(ShadowRoot.prototype, 'adoptedStyleSheets')
  replace(Document.prototype, 'adoptedStyleSheets')

  const store = Storage.prototype.setItem.bind(localStorage)
  const watch = new MutationObserver((records) => {
    for (const { target, addedNodes } of records)
      note('mutation', [
        target,
        ...[...addedNodes].map((node) => (node instanceof Element ? node.outerHTML : node.nodeValue)),
      ])
  })
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
  const navigation = (globalThis as { navigation?: EventTarget }).navigation
  navigation?.addEventListener('navigate', (event) =>
    note('navigate', [(event as unknown as { destination: { url: string } }).destination.url]),
  )
  addEventListener('pagehide', () => {
    note(
      'resources',
      performance.getEntries().map(({ name }) => name),
    )
    note('page', [document.documentElement.outerHTML])
    store('seen', [...seen].join('\n'))
  })
}

/** What the spy of the page before this one, on the same site, had seen when that was left: after this one has come, in Firefox. */
export async function seenBy(page: Page): Promise<string> {
  const seen = await page.waitForFunction(() => localStorage.getItem('seen'), { polling: 50, timeout: 15_000 })
  return (await seen.jsonValue())!
}

export const spyingPage = (content = '<main id="nod-login"></main>'): string =>
  `<!doctype html><html lang="en"><head><title>Sign in</title><script>(${spy})()</script></head>
<body><form><input type="email" autocomplete="username"></form>${content}</body></html>`
