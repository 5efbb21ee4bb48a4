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
  strangers: string[]
  text: string
}

export function lookEverywhere(box: { left: number; top: number; right: number; bottom: number }): Found {
  const host = document.querySelector<HTMLElement>('#nod-login > *')!
  const all = [...document.querySelectorAll('*')]
  const selection = getSelection()!
  const nodes: (Node | null | undefined)[] = [selection.anchorNode, selection.focusNode, document.activeElement]
  const text = [selection.toString()]
  for (let x = box.left; x < box.right; x += 20) {
    for (let y = box.top; y < box.bottom; y += 20) {
      nodes.push(document.elementFromPoint(x, y), document.caretPositionFromPoint(x, y)?.offsetNode)
      nodes.push(...document.elementsFromPoint(x, y), document.caretRangeFromPoint(x, y)?.startContainer)
    }
  }
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
  return {
    roots: all.filter(({ shadowRoot }) => shadowRoot).length + (window as unknown as { roots: unknown[] }).roots.length,
    attributes: host.getAttributeNames(),
    strangers: nodes.flatMap((node) => (node && node.getRootNode() !== document ? [node.nodeName] : [])),
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
