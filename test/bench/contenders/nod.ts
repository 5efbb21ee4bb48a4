/** Nod as an operator runs it, with a site, its pages, its backend and people with enrolled extensions in front of it. */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import manifest from '../../../package.json' with { type: 'json' }
import { DECISION_TYP, SIGNED_SECONDS } from '../../../shared/protocol/decision.ts'
import type { Claim } from '../../../shared/protocol/messages.ts'
import { SESSION_MEDIA_TYPE, type SessionCreated, type SessionView } from '../../../shared/protocol/session-messages.ts'
import { ticketSlot } from '../../../shared/protocol/ticket.ts'
import { type Client, Gateway } from '../../demo/gateway.ts'
import { freePort } from '../../demo/ports.ts'
import { type Connection, expectStatus } from '../load/connection.ts'
import { Frames } from '../load/frames.ts'
import { Server } from '../servers/server.ts'
import { type Approver, enrolApprovers, signStatement } from './people.ts'

const COMMAND = '../../../dist/gateway/main.js'
/** As `npm start` has them: what waits outlives a young space of any size, which would only grow by it. */
const FLAGS = manifest.scripts.start.match(/--\S+/g) ?? []
const ORIGIN = 'https://bench.example'
const REDIRECT_URI = `${ORIGIN}/callback`
/** The extension's background: it sends no Origin with a request, and its own with a socket. */
const EXTENSION = 'Origin: chrome-extension://abcdefghijklmnopabcdefghijklmnop\r\n'
const JSON_BODY = 'Content-Type: application/json\r\n'
const FORM_BODY = 'Content-Type: application/x-www-form-urlencoded\r\n'

const parsed = <T>(text: string): T => JSON.parse(text) as T

export interface NodOptions {
  alg?: 'ES256' | 'RS256'
  people?: number
  /** Another build than the one in dist/. */
  command?: string
  settings?: Record<string, string>
  /** Changes the database file before the gateway starts. */
  prepare?(file: string): void
}

/** A session as its page has it. */
export interface Session extends SessionCreated {
  code_verifier: string
}

export class Nod {
  readonly server: Server
  readonly people: readonly Approver[]
  readonly #issuer: string
  readonly #client: Client
  readonly #folder: string

  private constructor(server: Server, issuer: string, folder: string, client: Client, people: readonly Approver[]) {
    this.server = server
    this.people = people
    this.#issuer = issuer
    this.#client = client
    this.#folder = folder
  }

  static async start({
    alg = 'ES256',
    people = 64,
    settings = {},
    command = COMMAND,
    prepare,
  }: NodOptions = {}): Promise<Nod> {
    const folder = await mkdtemp(join(tmpdir(), 'nod-bench-'))
    const port = await freePort()
    const operator = new Gateway({ port, data: folder, settings: { NOD_LIMITS: 'off' } })
    const client = await operator.addClient([
      ...['--name', 'Bench', '--redirect-uri', REDIRECT_URI, '--origin', ORIGIN, '--alg', alg],
    ])
    const file = join(folder, 'nod.db')
    const approvers = enrolApprovers(file, people)
    prepare?.(file)
    const issuer = operator.issuer
    const own = { NOD_ISSUER: issuer, NOD_PORT: `${port}`, NOD_DATA: folder, NOD_LIMITS: 'off', NOD_LOG_LEVEL: 'error' }
    const server = await Server.start(command, port, {
      args: ['serve'],
      flags: FLAGS,
      settings: { ...own, ...settings },
      ready: '/ready',
    })
    return new Nod(server, issuer, folder, client, approvers)
  }

  async stop(): Promise<void> {
    await this.server.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }

  async create(http: Connection): Promise<Session> {
    const code_verifier = randomBytes(32).toString('base64url')
    const query = new URLSearchParams({
      ...{ response_type: 'code', client_id: this.#client.client_id, redirect_uri: REDIRECT_URI },
      ...{ scope: 'openid profile', state: 'a-state-of-the-site', nonce: 'a-nonce-of-the-site' },
      ...{
        code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
        code_challenge_method: 'S256',
      },
    })
    const headers = `Accept: ${SESSION_MEDIA_TYPE}\r\nNod-Origin: ${ORIGIN}\r\n`
    const created = expectStatus(await http.send('GET', `/authorize?${query}`, headers), 201, '/authorize')
    return { ...parsed<SessionCreated>(created.body), code_verifier }
  }

  /** Opened and asked; its first text is the view as it is now. */
  async socketOf({ session_id, poll_secret }: Session): Promise<Frames> {
    const socket = await Frames.open(this.server.port, `/v1/sessions/${session_id}/socket`, EXTENSION)
    socket.send(JSON.stringify({ type: 'watch', poll_secret }))
    return socket
  }

  /** Answered when the session is newer than `version`; `wait` in seconds. */
  async poll(http: Connection, { session_id, poll_secret, epoch }: Session, version: number, wait: number) {
    const path = `/v1/sessions/${session_id}?after=${version}&epoch=${epoch}&wait=${wait}`
    const answer = await http.send('GET', path, `Authorization: Bearer ${poll_secret}\r\n`)
    return parsed<SessionView>(expectStatus(answer, 200, 'long-poll').body)
  }

  async claim(http: Connection, by: Approver, session: Session): Promise<Claim> {
    const { session_id, ticket_key, ticket_period, now, created_at } = session
    const slot = ticketSlot(now, created_at, ticket_period)
    const mac = createHmac('sha256', Buffer.from(ticket_key, 'base64url')).update(`${session_id}${slot}`).digest()
    const body = JSON.stringify({ ticket: `${session_id}.${mac.subarray(0, 16).toString('base64url')}` })
    const headers = `${JSON_BODY}Authorization: Bearer ${by.device_token}\r\n`
    return parsed<Claim>(expectStatus(await http.send('POST', '/v1/claims', headers, body), 201, 'claim').body)
  }

  async approve(http: Connection, by: Approver, claim: Claim, number: string | undefined): Promise<void> {
    const { claim_id, session_id, challenge, context_hash, request } = claim
    const iat = Math.floor(Date.now() / 1000)
    const decision = signStatement(by, DECISION_TYP, {
      ...{ aud: this.#issuer, sub: by.sub, sid: session_id, claim_id, challenge, decision: 'approve', number },
      ...{ client_id: request.client.client_id, origin: request.origin, context_hash, iat, exp: iat + SIGNED_SECONDS },
    })
    const headers = `${JSON_BODY}Authorization: Bearer ${by.device_token}\r\n`
    const answer = await http.send('POST', `/v1/claims/${claim_id}/decision`, headers, JSON.stringify({ decision }))
    expectStatus(answer, 200, 'decision')
  }

  async redeem(http: Connection, { code_verifier }: Session, redirect_to: string | undefined): Promise<void> {
    const code = new URL(redirect_to ?? '').searchParams.get('code') ?? ''
    const basic = Buffer.from(`${this.#client.client_id}:${this.#client.client_secret}`).toString('base64')
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier,
    }).toString()
    const answer = await http.send('POST', '/token', `${FORM_BODY}Authorization: Basic ${basic}\r\n`, body)
    if (!expectStatus(answer, 200, '/token').body.includes('"id_token"')) throw new Error('no id_token')
  }
}
