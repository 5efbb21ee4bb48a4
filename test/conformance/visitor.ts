/**
 * A person with a browser before a site that we did not write: cookies, redirects, and what the gateway's own page does
 * when it is reached. The person approves on another device, or denies.
 */
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { SessionCreated } from '../../shared/protocol/session-messages.ts'
import { answered } from '../gateway/browser.ts'
import type { Person } from '../gateway/people.ts'
import type { TestGateway } from '../gateway/support.ts'

const MOST_HOPS = 12

export interface Page {
  url: URL
  answer: Response
}

interface Visit {
  /** What a form on the page before would post. */
  form?: URLSearchParams
  /** Stops before a request to an address that begins so: nobody listens there, the test goes on with it. */
  until?: string
}

export interface Visitor {
  /** Where the browser ends up, through as many redirects as it takes. */
  open(url: URL | string, visit?: Visit): Promise<Page>
  /** The address at which a site that does not exist would be asked. */
  signIn(url: URL | string, until: string): Promise<URL>
}

export function visitor(gateway: TestGateway, person: Person, decision: 'approve' | 'deny' = 'approve'): Visitor {
  const cookies = cookieJar()

  async function open(start: URL | string, { until, form }: Visit = {}): Promise<Page> {
    let url = new URL(start)
    let body = form
    for (let hop = 0; hop < MOST_HOPS; hop++) {
      if (until !== undefined && url.href.startsWith(until)) return { url, answer: Response.error() }
      const answer = await navigate(url, cookies.header(url), body)
      cookies.keep(url, answer)
      const location = answer.headers.get('location')
      body = undefined
      if (location !== null) url = new URL(location, url)
      else if (isSignInPage(url, answer)) url = await answered(gateway, await session(answer), person, decision)
      else return { url, answer }
    }
    throw new Error(`no end of redirects; the last was ${url}`)
  }

  const isSignInPage = (url: URL, answer: Response): boolean =>
    url.origin === gateway.issuer && url.pathname === '/authorize' && answer.status === 200

  /** As authorize.page.tsx: the page's data is sent again, for the session itself. */
  async function session(page: Response): Promise<SessionCreated> {
    const data = /<script type="application\/json" id="nod-data">([^<]*)</.exec(await page.text())![1]!
    const { params } = JSON.parse(data) as { params: Record<string, string> }
    const made = await gateway.fetch('/authorize', {
      method: 'POST',
      headers: {
        accept: 'application/nod-session+json',
        origin: gateway.issuer,
        'sec-fetch-site': 'same-origin',
      },
      body: new URLSearchParams(params),
    })
    if (made.status !== 201) throw new Error(`no session: ${made.status} ${await made.text()}`)
    return made.json() as Promise<SessionCreated>
  }

  return { open, signIn: async (url, until) => (await open(url, { until })).url }
}

/** One request as a browser navigates. Not by fetch, which tells every server that it is a script. */
function navigate(url: URL, cookie: { cookie?: string }, form?: URLSearchParams): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>()
  const headers = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', ...cookie }
  const type = form && { 'content-type': 'application/x-www-form-urlencoded' }
  let is_answered = false
  const asked = request(url, { method: form ? 'POST' : 'GET', headers: { ...headers, ...type } }, (answer) => {
    is_answered = true
    const came = Object.entries(answer.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    )
    text(answer).then((body) => resolve(new Response(body, { status: answer.statusCode!, headers: came })), reject)
  })
  // What a server sends beyond its answer is lost, as in a browser.
  asked.on('error', (error) => is_answered || reject(error)).end(form?.toString())
  return promise
}

/** By host name alone, as browsers do: two ports of one machine see each other's cookies. */
function cookieJar() {
  const hosts = new Map<string, Map<string, string>>()
  const of = ({ hostname }: URL) => hosts.get(hostname) ?? new Map<string, string>()
  return {
    header(url: URL): { cookie?: string } {
      const pairs = [...of(url)].map(([name, value]) => `${name}=${value}`)
      return pairs.length > 0 ? { cookie: pairs.join('; ') } : {}
    },
    keep(url: URL, answer: Response): void {
      const kept = of(url)
      for (const line of answer.headers.getSetCookie()) {
        const [pair, ...attributes] = line.split(';').map((part) => part.trim())
        const [name, value] = splitOnce(pair!)
        if (isOver(attributes)) kept.delete(name)
        else kept.set(name, value)
      }
      hosts.set(url.hostname, kept)
    },
  }
}

function isOver(attributes: string[]): boolean {
  const values = new Map(attributes.map(splitOnce).map(([name, value]) => [name.toLowerCase(), value]))
  if (values.has('max-age')) return Number(values.get('max-age')) <= 0
  return values.has('expires') && Date.parse(values.get('expires')!) <= Date.now()
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf('=')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
