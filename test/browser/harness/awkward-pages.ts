/**
 * Login pages as one meets them, each awkward for a guest in its own way. They are honest pages, with the habits of real
 * ones: what is on each, and nothing of what becomes of the widget there.
 */

const LOOK = `
  * { box-sizing: border-box }
  body { margin: 0; min-height: 100vh; font: 16px/1.5 Georgia, serif; color: #222; background: #f4f1ea }
  form { display: grid; gap: 12px; width: 360px; max-width: 100%; padding: 28px; background: #fff; border-radius: 6px;
         box-shadow: 0 1px 4px #0003 }
  form.middle { margin: 64px auto }
  label { display: grid; gap: 4px }
  input, button { padding: 10px; font: inherit; border: 1px solid #888; border-radius: 4px; background: none; color: inherit }
  button { background: #7a2e1d; color: #fff; border: 0 }
  h1 { margin: 0; font-size: 24px }`

const page = (title: string, body: string, { css = '', html = 'lang="en"' } = {}): string =>
  `<!doctype html><html ${html}><head><meta charset="utf-8"><title>${title}</title>
  <meta name="viewport" content="width=device-width, initial-scale=1"><style>${LOOK}${css}</style></head>
  <body>${body}</body></html>`

const fields = `<label>Email <input type="email" name="email" autocomplete="username"></label>
  <label>Password <input type="password" name="password" autocomplete="current-password"></label>
  <button>Sign in</button>`

const form = `<form class="middle" aria-label="Sign in"><h1>Kettle &amp; Co</h1>${fields}<a href="#">Forgot it?</a></form>`

const script = (code: string): string => `<script>${code}</script>`

/** Read from the right to the left, its form where such a page has it. */
const RTL = page(
  'כניסה',
  `<form class="middle"><h1>קומקום ושות׳</h1><label>דואר אלקטרוני <input type="email"></label>
   <label>סיסמה <input type="password"></label><button>כניסה</button></form>`,
  { html: 'lang="he" dir="rtl"', css: 'body { letter-spacing: 2px; text-align: justify }' },
)

/** Everything a phone has room for is the form, and its button stays at the bottom, where thumbs are. */
const PHONE = page(
  'Sign in',
  `<main><form><h1>Kettle &amp; Co</h1>${fields}<p>New here? <a href="#">Make an account</a> and get a tin of Assam.</p>
   <div class="bar"><button>Sign in with a code by mail</button></div></form></main>`,
  {
    css: `form { width: 100%; min-height: 100vh; align-content: start; border-radius: 0; padding-bottom: 90px }
      .bar { position: fixed; left: 0; right: 0; bottom: 0; padding: 12px; background: #fff; box-shadow: 0 0 8px #0003 }
      .bar button { width: 100%; min-height: 48px }`,
  },
)

/** The same as tall as three phones: what lies under a corner changes while one scrolls. */
const LONG = page(
  'Sign in',
  `<form>${Array.from({ length: 14 }, (_, i) => `<label>Question ${i} <input></label>`).join('')}${fields}</form>`,
  { css: 'form { width: 100%; gap: 70px }' },
)

/** A modal dialog: the browser's top layer, animated by a transform, cutting off what leaves it. */
const DIALOG = page(
  'Kettle & Co',
  `<h1>Two hundred teas</h1><p><button id="open">Sign in</button></p>
   <dialog><form method="dialog" aria-label="Sign in"><h1>Sign in</h1>${fields}<button value="no">Not now</button></form></dialog>` +
    script(
      `document.querySelector('#open').addEventListener('click', () => document.querySelector('dialog').showModal())`,
    ),
  {
    css: `body { padding: 32px } dialog { padding: 0; border: 0; border-radius: 6px; overflow: hidden;
      transform: translateY(0); animation: in 120ms } @keyframes in { from { transform: translateY(20px) } }
      dialog::backdrop { background: #000a }`,
  },
)

/** A dialog of the page's own making: presses outside of it put it away, and all else is hidden from screen readers. */
const MODAL = page(
  'Kettle & Co',
  `<div id="app"><h1>Two hundred teas</h1><p><button id="open">Sign in</button></p></div>` +
    script(`document.querySelector('#open').addEventListener('click', () => {
      const veil = document.createElement('div')
      veil.className = 'veil'
      veil.innerHTML = ${JSON.stringify(`<div class="box" role="dialog" aria-modal="true" aria-label="Sign in"><form>${fields}</form></div>`)}
      document.body.append(veil)
      document.querySelector('#app').inert = true
      const box = veil.firstElementChild
      box.querySelector('input').focus()
      addEventListener('pointerdown', (event) => { if (!box.contains(event.target)) veil.remove() })
    })`),
  {
    css: `.veil { position: fixed; inset: 0; z-index: 2147483647; display: grid; place-items: center; background: #000a }
      .box { filter: drop-shadow(0 0 4px #000) }`,
  },
)

/** A popover, which goes as soon as one presses anything else. */
const POPOVER = page(
  'Kettle & Co',
  `<h1>Two hundred teas</h1><button popovertarget="in">Sign in</button>
   <div id="in" popover><form aria-label="Sign in">${fields}</form></div>`,
  { css: 'body { padding: 32px } [popover] { margin: 80px auto; padding: 0; border: 0 }' },
)

/** Rules that mean nobody in particular and hit everybody. */
const GREEDY = page('Sign in', `${form}<footer><a href="#">Help</a></footer>`, {
  css: `body { display: flex; flex-direction: column; justify-content: space-between; gap: 60px; transform: scale(1);
        filter: saturate(1); overflow: hidden; height: 100vh; color: transparent; direction: ltr; writing-mode: horizontal-tb }
      form, footer { color: #222 }
      body > div, div:empty, div:not([class]) { display: none !important; opacity: 0 !important; width: 1px !important }
      * { text-transform: uppercase; line-height: 3; letter-spacing: 4px }`,
})

/** A form of components, whose fields no selector finds, in wrappers that have no box of their own. */
const COMPONENTS = page(
  'Sign in',
  `<div style="display: contents"><k-login></k-login></div>` +
    script(`
      customElements.define('k-button', class extends HTMLElement { constructor() { super()
        this.attachShadow({ mode: 'open' }).innerHTML = '<style>button { width: 100%; padding: 12px }</style><button>Sign in</button>' } })
      customElements.define('k-login', class extends HTMLElement { constructor() { super()
        this.attachShadow({ mode: 'open' }).innerHTML = '<style>:host { display: block; width: 360px; margin: 64px auto } '
          + 'input { display: block; width: 100%; padding: 10px; margin: 12px 0 }</style>'
          + '<input type="email"><input type="password"><k-button></k-button>' } })`),
)

/** Builds itself a while after it has loaded, and lays its form where the page is free at first. */
const LATE = page(
  'Sign in',
  `<div id="app"><p>Loading…</p></div>` +
    script(
      `setTimeout(() => { app.innerHTML = ${JSON.stringify(`<form class="late" aria-label="Sign in"><h1>At last</h1>${fields}</form>`)} }, 700)`,
    ),
  { css: '.late { position: fixed; right: 24px; bottom: 24px }' },
)

/** An application that draws itself anew over and over, its form and the place for the code with it. */
const REPLACED = page(
  'Sign in',
  `<div id="app"></div>` +
    script(`draw = () => { app.innerHTML = ${JSON.stringify(`<main>${form}<div id="place"></div></main>`)} }
      let times = 0
      draw()
      timer = setInterval(() => { draw(); if (++times === 8) clearInterval(timer); document.title = 'Drawn ' + times }, 400)`),
)

/** One document for the whole shop: its router takes the login form away and brings it back. */
const ROUTER = page(
  'Kettle & Co',
  `<nav><a href="/shop">Shop</a> <a href="/login/router">Sign in</a></nav><main></main>` +
    script(`
      const views = { '/shop': '<h1>Two hundred teas</h1>', '/login/router': ${JSON.stringify(form)} }
      const show = () => { document.querySelector('main').innerHTML = views[location.pathname] ?? '' }
      go = (path) => { history.pushState(null, '', path); show() }
      late = (path) => { document.querySelector('main').innerHTML = views[path]; setTimeout(() => history.pushState(null, '', path)) }
      addEventListener('popstate', show)
      document.querySelector('nav').addEventListener('click', (event) => {
        if (!event.target.href) return
        event.preventDefault()
        go(new URL(event.target.href).pathname)
      })
      show()`),
  { css: 'nav { padding: 16px }' },
)

const night = (when: string): string =>
  `${when} body { background: linear-gradient(#0b1020, #101830); color: #dfe6ff }
   ${when} form { background: #1a2340; color: #dfe6ff } ${when} a { color: inherit }`

export const AWKWARD = {
  plain: page('Sign in', form),
  rtl: RTL,
  phone: PHONE,
  long: LONG,
  dialog: DIALOG,
  modal: MODAL,
  popover: POPOVER,
  greedy: GREEDY,
  components: COMPONENTS,
  late: LATE,
  replaced: REPLACED,
  router: ROUTER,
  dark: page('Sign in', form, { css: `:root { color-scheme: dark } ${night('html')}` }),
  toggled: page('Sign in', form, { css: night('html.night') }),
  framing: page('Sign in', `${form}<iframe src="/login/plain" title="The same" width="400" height="300"></iframe>`),
} as const
