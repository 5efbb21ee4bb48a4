/**
 * What a hostile page does, each function run inside it and standing alone: calls whatever could be listened to, looks into
 * everything that can be looked into, presses what can be pressed, and says what anybody might believe.
 */

/** Prefixes of what the spy writes down; each has to have heard the canary. */
export const HOOKS = [
  'fetch',
  'WebSocket',
  'parse',
  'stringify',
  'then',
  'digest',
  'push',
  'map',
  'split',
  'attachShadow',
]
  .concat(['appendChild', 'append', 'mutation', 'define', 'addEventListener', 'sendBeacon', 'setTimeout', 'set'])
  .concat(['postMessage', 'textContent', 'setAttribute', 'replaceSync', 'createElement', 'btoa', 'navigate'])

/** Calls each replaced function once, so that it is known to be one. */
export async function callEverything(canary: string): Promise<void> {
  const element = document.createElement(`x-${canary}`)
  element.setAttribute('title', canary)
  element.textContent = canary
  document.createElement('div').append(canary)
  document.createElement('div').appendChild(element.cloneNode(true))
  element.attachShadow({ mode: 'open' })
  document.body.append(element)
  element.remove()
  customElements.define(`x-${canary}`, class extends HTMLElement {})
  new CSSStyleSheet().replaceSync(`.${canary} {}`)
  void fetch(`/${canary}`).catch(() => {})
  new WebSocket(`ws://127.0.0.1:9/${canary}`)
  navigator.sendBeacon(`/${canary}`, canary)
  JSON.parse(JSON.stringify({ canary }))
  btoa(canary)
  new Map().set(canary, canary)
  ;[canary].map(String).push(canary)
  canary.split('.')
  addEventListener(canary, () => {})
  postMessage(canary)
  setTimeout(String, 0, canary)
  await crypto.subtle.digest('SHA-256', new TextEncoder().encode(canary))
  await Promise.resolve(canary).then((value) => value, String.bind(null, canary))
  history.pushState(null, '', `${location.pathname}#${canary}`)
}

interface Found {
  roots: number
  attributes: string[]
  /** That led to a node of a closed root. */
  ways: string[]
  inside: string
  text: string
}

interface Listening {
  roots: unknown[]
  touched: [string, unknown][]
}

/** Keeps whatever an event has to say about where it happened, some of it in one kind of browser only. */
export function listenToEverything(): void {
  const touched: [string, unknown][] = []
  Object.assign(window, { touched })
  const moves = ['over', 'out', 'move', 'down', 'up'].flatMap((what) => [`mouse${what}`, `pointer${what}`])
  const others = ['click', 'auxclick', 'contextmenu', 'wheel', 'selectstart', 'selectionchange', 'focusin', 'keydown']
  const parts = ['target', 'relatedTarget', 'srcElement', 'fromElement', 'toElement', 'submitter']
  const own = ['originalTarget', 'explicitOriginalTarget', 'composedTarget', 'rangeParent']
  for (const type of [...moves, ...others]) {
    const keep = (event: Event): void => {
      const said = event as unknown as Record<string, unknown>
      for (const node of event.composedPath()) touched.push(['composedPath', node])
      for (const part of [...parts, ...own]) touched.push([part, said[part]])
    }
    addEventListener(type, keep, { capture: true, passive: true })
  }
}

export function lookEverywhere(box: { left: number; top: number; right: number; bottom: number }): Found {
  const host = document.querySelector<HTMLElement>('#nod-login > *')!
  const all = [...document.querySelectorAll('*')]
  const selection = getSelection()!
  const { touched } = window as unknown as Listening
  /** By the way that led to each. */
  const nodes: [string, unknown][] = [
    ['anchorNode', selection.anchorNode],
    ['focusNode', selection.focusNode],
    ['activeElement', document.activeElement],
    ...touched,
  ]
  const text = [selection.toString()]
  for (let x = box.left; x < box.right; x += 20) {
    for (let y = box.top; y < box.bottom; y += 20) {
      nodes.push(['elementFromPoint', document.elementFromPoint(x, y)])
      nodes.push(['caretPosition', document.caretPositionFromPoint(x, y)?.offsetNode])
      nodes.push(['caretRange', document.caretRangeFromPoint?.(x, y)?.startContainer])
      for (const element of document.elementsFromPoint(x, y)) nodes.push(['elementsFromPoint', element])
    }
  }
  for (const { effect } of document.getAnimations()) nodes.push(['animation', (effect as KeyframeEffect).target])
  for (const entry of performance.getEntries()) nodes.push(['entry', (entry as PerformanceEventTiming).target])
  // The code's letters have one between them.
  if ((window as unknown as { find(text: string): boolean }).find('-')) nodes.push(['found', selection.anchorNode])
  selection.selectAllChildren(document.body)
  text.push(selection.toString(), document.body.innerText, document.documentElement.outerHTML)
  text.push(
    document.documentElement.getHTML({ serializableShadowRoots: true }),
    new XMLSerializer().serializeToString(document),
  )
  text.push((host.cloneNode(true) as Element).outerHTML, document.importNode(host, true).outerHTML)
  const everything = document.createRange()
  everything.selectNode(document.body)
  text.push(everything.toString(), ...performance.getEntries().map(({ name }) => name))
  const inside = nodes.filter(([, node]) => node instanceof Node && node.getRootNode() !== document)
  return {
    roots: all.filter(({ shadowRoot }) => shadowRoot).length + (window as unknown as Listening).roots.length,
    attributes: host.getAttributeNames(),
    ways: [...new Set(inside.map(([way]) => way))],
    inside: inside.map(([, node]) => ((node as Node).getRootNode() as ShadowRoot).innerHTML).at(-1) ?? '',
    text: text.join('\n'),
  }
}

export function pressEverything(): void {
  const host = document.querySelector<HTMLElement>('#nod-login > *')!
  const form = document.querySelector('form')!
  const { left, top } = host.getBoundingClientRect()
  for (const target of [host, host.parentElement!, document, window]) {
    for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'dblclick']) {
      target.dispatchEvent(
        new MouseEvent(type, { bubbles: true, composed: true, clientX: left + 50, clientY: top + 50 }),
      )
    }
    for (const key of ['Enter', ' ', 'Tab'])
      target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true }))
    target.dispatchEvent(new SubmitEvent('submit', { bubbles: true, composed: true }))
  }
  host.click()
  host.focus()
  document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }))
  form.addEventListener('submit', (event) => event.preventDefault())
  form.requestSubmit()
}

/** Every message in every way that a page has to say something to whoever listens in it. */
export function forge(messages: { name?: string; type?: string }[], origin: string): void {
  const host = document.querySelector<HTMLElement>('#nod-login > *')!
  Object.assign(window, { [Symbol.for('nod.widget')]: { abort() {}, signal: AbortSignal.abort() } })
  for (const message of messages) {
    const name = message.name ?? message.type ?? ''
    const { port1, port2 } = new MessageChannel()
    postMessage(message, '*')
    postMessage(message, '*', [port1])
    port2.postMessage(message)
    for (const channel of [name, 'nod', 'nod.widget', 'page', 'view', origin])
      new BroadcastChannel(channel).postMessage(message)
    for (const target of [window, document, host, document.documentElement]) {
      target.dispatchEvent(new CustomEvent(name, { detail: message, bubbles: true, composed: true }))
      target.dispatchEvent(new CustomEvent('nod', { detail: message, bubbles: true, composed: true }))
      target.dispatchEvent(new MessageEvent('message', { data: message, origin, source: window, bubbles: true }))
    }
    localStorage.setItem(name, JSON.stringify(message))
    dispatchEvent(new StorageEvent('storage', { key: name, newValue: JSON.stringify(message) }))
    window.name = JSON.stringify(message)
  }
}
