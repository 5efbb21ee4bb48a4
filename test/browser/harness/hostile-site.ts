/**
 * A site on a port of its own that does what it likes: its pages are what a test says they are, and everything that any
 * browser asks of it is on record. Registered, it is also a client like any other, with a sign-in of its own.
 */
import { createHash } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { Client, Gateway } from '../../demo/gateway.ts'
import { freePort, listen } from '../../demo/ports.ts'

export interface HostilePage {
  html: string
  headers?: Record<string, string>
}

export interface Asked {
  method: string
  path: string
  search: URLSearchParams
  headers: IncomingHttpHeaders
  body: string
}

export interface Place {
  /** `localhost` and `127.0.0.1` are two sites to a browser, though one machine. */
  host?: 'localhost' | '127.0.0.1'
  /** The selector of the place for the code. */
  mount?: string
}

const START = '/start'
const CALLBACK = '/callback'
const VERIFIER = 'a-verifier-that-is-long-enough-for-what-rfc-7636-asks-of-it'
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

export class HostileSite {
  readonly origin: string
  readonly asked: Asked[] = []
  /** Added to the authorization request of the next sign-ins: `id_token_hint`. */
  extra: Record<string, string> = {}
  readonly #pages = new Map<string, HostilePage>()
  readonly #server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', this.origin)
      const { method = '', headers } = request
      this.asked.push({ method, path: pathname, search: searchParams, headers, body })
      this.#answer(pathname, response)
    })
  })
  #member: { gateway: Gateway; client: Client } | undefined

  private constructor(origin: string) {
    this.origin = origin
  }

  /** On a port of its own, known to nobody. */
  static async open({ host = '127.0.0.1' }: Place = {}): Promise<HostileSite> {
    const port = await freePort()
    const site = new HostileSite(`http://${host}:${port}`)
    await listen(site.#server, port)
    return site
  }

  /** The same, with an operator who was talked into registering it under this name. Its login pages are `/login…`. */
  static async join(gateway: Gateway, name: string, { host = 'localhost', mount }: Place = {}): Promise<HostileSite> {
    const site = await HostileSite.open({ host })
    const client = await gateway.addClient([
      ...['--name', name, '--origin', site.origin, '--redirect-uri', site.origin + CALLBACK],
      ...['--start-uri', site.origin + START, '--login-match', `${site.origin}/login*`],
      ...(mount === undefined ? [] : ['--mount', mount]),
    ])
    site.#member = { gateway, client }
    return site
  }

  show(path: string, html: string, headers: Record<string, string> = {}): string {
    this.#pages.set(path, { html, headers })
    return this.origin + path
  }

  /** What was asked of this path, oldest first. */
  heard = (path: string): Asked[] => this.asked.filter((one) => one.path === path)

  /** How many sign-ins were begun. */
  get starts(): number {
    return this.heard(START).length
  }

  /** The codes that came back. */
  get codes(): string[] {
    return this.heard(CALLBACK).flatMap(({ search }) => search.getAll('code'))
  }

  /** Redeems the code that came back last: the id_token and whom it names. */
  async redeem(): Promise<{ id_token: string; sub: string }> {
    const { gateway, client } = this.#member!
    const answer = await fetch(`${gateway.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client.client_id}:${client.client_secret}`)}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: this.codes.at(-1) ?? '',
        redirect_uri: this.origin + CALLBACK,
        code_verifier: VERIFIER,
      }),
    })
    const { id_token } = (await answer.json()) as { id_token: string }
    const [, payload = ''] = id_token.split('.')
    return { id_token, sub: JSON.parse(Buffer.from(payload, 'base64url').toString()).sub }
  }

  close(): Promise<void> {
    return new Promise((done) => {
      this.#server.close(() => done())
      this.#server.closeAllConnections()
    })
  }

  #answer(path: string, response: ServerResponse): void {
    const page = this.#pages.get(path)
    if (path === START && this.#member) response.writeHead(302, { location: this.#authorize() }).end()
    else if (path === CALLBACK) response.setHeader('content-type', 'text/html').end('<title>Back</title>You are back.')
    else if (page)
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers }).end(page.html)
    else response.writeHead(path === '/favicon.ico' || path === '/report' ? 204 : 404).end()
  }

  #authorize(): string {
    const { gateway, client } = this.#member!
    const url = new URL(`${gateway.issuer}/authorize`)
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: client.client_id,
      redirect_uri: this.origin + CALLBACK,
      scope: 'openid profile',
      state: 'a state of the site’s own',
      nonce: 'n',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      ...this.extra,
    }).toString()
    return url.href
  }
}
