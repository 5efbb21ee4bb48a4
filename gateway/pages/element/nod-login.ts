/**
 * `<nod-login start="/login/nod">link</nod-login>`: the panel in a site's own page, for browsers without the extension.
 * The link inside is what there is to see without this script, and whenever it cannot get a code.
 */
import theme from '../../../shared/ui/panel.css'
import { translateFor } from '../language.ts'
import { visit } from '../visit.ts'
import css from './element.css'
import { startSession } from './start.ts'
import { draw, type Shown } from './view.tsx'

/** The gateway is whoever served this file. */
const ISSUER = new URL(import.meta.url).origin

const STYLES = [theme, css].map((text) => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  return sheet
})

class NodLogin extends HTMLElement {
  static readonly observedAttributes = ['start', 'lang']
  readonly #root: ShadowRoot
  #shown: Shown | null = null
  #again = () => {}
  /** Ends the visit, while there is one. */
  #visit: AbortController | null = null

  constructor() {
    super()
    this.#root = this.attachShadow({ mode: 'closed' })
    this.#root.adoptedStyleSheets = STYLES
    this.#draw()
  }

  connectedCallback(): void {
    if (!this.#visit) this.#begin()
  }

  disconnectedCallback(): void {
    // One that is only moved within the page goes on.
    queueMicrotask(() => {
      if (!this.isConnected) this.#end()
    })
  }

  attributeChangedCallback(name: string): void {
    if (!this.#visit) return
    if (name === 'lang') this.#draw()
    else this.#restart()
  }

  #begin(): void {
    const start = this.getAttribute('start') ?? ''
    let site: string | null = null
    this.#visit = new AbortController()
    const { again } = visit(
      {
        issuer: ISSUER,
        async create(signal) {
          await seen(signal)
          const created = await startSession(start, ISSUER, signal)
          site = created.client.name
          return created
        },
        onStatus: (status) => this.#show(site === null ? null : { site, status }),
        onRedirect: (url) => location.assign(url),
      },
      this.#visit.signal,
    )
    this.#again = again
  }

  #restart(): void {
    this.#end()
    this.#begin()
  }

  #end(): void {
    this.#visit?.abort()
    this.#visit = null
    this.#show(null)
  }

  #show(shown: Shown | null): void {
    this.#shown = shown
    this.#draw()
  }

  #draw(): void {
    const { lang } = this.closest<HTMLElement>('[lang]') ?? this
    draw(this.#root, this.#shown, translateFor([lang]), this.#again)
  }
}

/** Resolves once somebody looks: no session is made for a page that is prerendered or opened in the background. */
function seen(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.visibilityState === 'visible') resolve()
    }
    document.addEventListener('visibilitychange', look, { signal })
    look()
  })
}

// A page that names the script of two gateways keeps the first.
if (!customElements.get('nod-login')) customElements.define('nod-login', NodLogin)
