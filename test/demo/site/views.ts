/**
 * The demo site's pages as HTML: hono's template tag escapes what is put into it. No script of its own and no inline
 * style.
 */
import { html } from 'hono/html'
import type { Person } from './sign-in.ts'

/** Why a person is back at the login page; it travels in the address, so it is a word and never a text. */
export type Problem = 'password' | 'declined' | 'stale' | 'failed' | undefined

const PROBLEMS: Record<NonNullable<Problem>, string> = {
  password: 'That email and password do not match. This is a demo: its accounts have no passwords, so use Nod.',
  declined: 'The sign-in was declined on the other device. Nothing has happened here.',
  stale: 'That sign-in had been started too long ago, or in another browser. Please start again.',
  failed: 'Signing in did not work this time. Please try again.',
}

type Html = ReturnType<typeof html>

const page = (
  title: string,
  person: Person | undefined,
  content: Html,
  head: Html | string = '',
): Html => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · Tidewater Tea</title>
    <link rel="stylesheet" href="/site.css">
    ${head}
  </head>
  <body>
    <header class="top">
      <a class="brand" href="/">${leaf} Tidewater Tea</a>
      <nav aria-label="Account">
        ${person ? html`<a href="/account">${person.name}</a>` : html`<a href="/login">Sign in</a>`}
      </nav>
    </header>
    <main>${content}</main>
    <footer>A demo shop. It sells nothing and keeps nothing.</footer>
  </body>
</html>`

const leaf = html`<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
  <path fill="currentColor" d="M20 3c-9 0-16 4-16 11 0 2 .6 3.6 1.6 4.9L3 21.5 4.5 23l2.700-2.700C8.400 20.800 9.600 21 11 21c7 0 9-9 9-18Zm-11 13.500c1.500-4 4-6.500 7.500-8.500-2.500 3-4.500 5.500-6 9Z"/>
</svg>`

const TEAS = [
  { name: 'Harbour Fog', kind: 'Smoked black', price: '9.50', tone: 'dark' },
  { name: 'Low Tide', kind: 'Green, steamed', price: '12.00', tone: 'green' },
  { name: 'Salt Marsh', kind: 'White, wild', price: '16.00', tone: 'pale' },
]

const tea = ({ name, kind, price, tone }: (typeof TEAS)[number]): Html => html`<li class="tea">
  <div class="tin ${tone}" aria-hidden="true">${leaf}</div>
  <h2>${name}</h2>
  <p>${kind} <span>€ ${price}</span></p>
</li>`

export const shopPage = (person: Person | undefined): Html =>
  page(
    'Loose leaves',
    person,
    html`<section class="hero">
        <h1>Loose leaves,<br>slow afternoons.</h1>
        <p>Small harvests from the coast, packed the week they are picked.</p>
        <a class="button" href="${person ? '/account' : '/login'}">${person ? 'Your account' : 'Sign in to order'}</a>
      </section>
      <ul class="teas">${TEAS.map(tea)}</ul>`,
  )

const passwordForm = html`<form method="post" action="/login">
  <label for="email">Email</label>
  <input id="email" name="email" type="email" autocomplete="username" required>
  <label for="password">Password</label>
  <input id="password" name="password" type="password" autocomplete="current-password" required>
  <button class="button">Sign in</button>
</form>`

const nodLink = html`<a class="button quiet" href="/login/nod">Sign in with Nod</a>`

const signInPage = (problem: Problem, nod: Html, head?: Html): Html =>
  page(
    'Sign in',
    undefined,
    html`<section class="card ways">
      <div>
        <h1>Sign in</h1>
        ${problem && PROBLEMS[problem] ? html`<p class="problem" role="alert">${PROBLEMS[problem]}</p>` : ''}
        ${passwordForm}
      </div>
      <div>
        <p class="or"><span>or</span></p>
        ${nod}
      </div>
    </section>`,
    head,
  )

export const loginPage = (problem: Problem): Html => signInPage(problem, html`<div id="nod-login"></div>${nodLink}`)

/** Shows the code with no extension: the provider's script, and its element around the link. */
export const elementLoginPage = (issuer: string): Html =>
  signInPage(
    undefined,
    html`<nod-login start="/login/nod">${nodLink}</nod-login>`,
    html`<script type="module" src="${issuer}/nod-login.js"></script>`,
  )

export const accountPage = (person: Person): Html =>
  page(
    'Your account',
    person,
    html`<section class="card">
      <h1>Welcome, ${person.name}</h1>
      <p class="good" role="status">You are signed in. No password was typed on this page.</p>
      <dl>
        <dt>Name</dt>
        <dd>${person.name}</dd>
        <dt>Known to this shop as</dt>
        <dd><code>${person.sub}</code></dd>
      </dl>
      <form method="post" action="/logout"><button class="button quiet">Sign out</button></form>
    </section>`,
  )
