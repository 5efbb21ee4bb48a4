/** The hosted pages: one HTML shell each, and their built scripts. A page does its work by the API like anybody else. */
import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { Hono } from 'hono'
import { etag, RETAINED_304_HEADERS } from 'hono/etag'
import type { Config } from '../config.ts'
import type { NodError } from '../error.ts'
import { PERMISSIONS_POLICY, pagePolicy } from './headers.ts'
import type { Ctx, Env } from './request.ts'

const BUILT = new URL(import.meta.url.endsWith('.ts') ? '../../dist/gateway/pages/' : './pages/', import.meta.url)

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
}

/** Loaded by the pages of sites, without credentials, the same for everybody. Kept for five minutes, then asked for anew. */
const ELEMENT = 'nod-login.js'
const FOR_ALL_PAGES = {
  'Access-Control-Allow-Origin': '*',
  'Cache-Control': 'public, max-age=300',
  'Cross-Origin-Resource-Policy': 'cross-origin',
} as const

const PAGES = {
  '/q': 'approve',
  '/code': 'code',
  '/sign-in': 'sign-in',
  '/link': 'link',
  '/account': 'account',
} as const

export function pageRoutes(config: Config): Hono<Env> {
  const routes = new Hono<Env>()
  for (const [path, page] of Object.entries(PAGES)) {
    routes.get(path, (c) => pageShell(c, config, page, {}))
  }
  // Who may make an account is told, so that nobody fills in a form for nothing.
  routes.get('/sign-up', (c) => pageShell(c, config, 'sign-up', { registration: config.registration }))
  routes.get('/', (c) => c.redirect('/sign-in'))
  const assets = readAssets()
  const retainedHeaders = [...RETAINED_304_HEADERS, ...Object.keys(FOR_ALL_PAGES)]
  routes.get(`/${ELEMENT}`, etag({ retainedHeaders }), (c) => {
    const element = assets.get(ELEMENT)
    return element ? c.body(element.bytes, 200, { 'Content-Type': element.type, ...FOR_ALL_PAGES }) : c.notFound()
  })
  routes.get('/assets/:name', (c) => {
    const asset = assets.get(c.req.param('name'))
    if (!asset) return c.notFound()
    return c.body(asset.bytes, 200, { 'Content-Type': asset.type, 'Cache-Control': 'no-cache' })
  })
  return routes
}

/** `data` goes to the page's script; it is public to whoever opened the page, and never holds a secret. */
export function pageShell(c: Ctx, config: Config, page: string, data: object, status: 200 | 400 = 200): Response {
  c.header('Content-Security-Policy', pagePolicy(config))
  c.header('Permissions-Policy', PERMISSIONS_POLICY)
  // Only what a page needs is given back; a camera could be asked for by none of them.
  const json = JSON.stringify({ issuer: config.issuer, ...data }).replace(/</g, '\\u003c')
  return c.html(
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Nod</title>
<link rel="icon" href="/assets/icon.png">
<link rel="stylesheet" href="/assets/pages.css">
<script type="module" src="/assets/${page}.js"></script>
</head>
<body>
<main id="nod"></main>
<script type="application/json" id="nod-data">${json}</script>
<noscript><p>This page needs JavaScript. 此页面需要启用 JavaScript。</p></noscript>
</body>
</html>
`,
    status,
  )
}

/** In place of what a site asked for and cannot have: told to the person, with the words its developer needs. */
export const errorPage = (c: Ctx, config: Config, asked: 'sign_in' | 'logout', error: NodError, ui_locales?: string) =>
  pageShell(c, config, 'error', { asked, ...error.wire(c.get('request_id')), ui_locales }, 400)

/** Read once: a handful of small files. */
function readAssets(): Map<string, { bytes: Uint8Array<ArrayBuffer>; type: string }> {
  const names = readdirSync(BUILT).filter((name) => extname(name) in TYPES)
  return new Map(
    names.map((name) => [
      name,
      { bytes: new Uint8Array(readFileSync(new URL(name, BUILT))), type: TYPES[extname(name)]! },
    ]),
  )
}
