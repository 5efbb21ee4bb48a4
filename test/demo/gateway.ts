/**
 * A gateway as an operator runs it: the built command, in a process of its own, configured by NOD_* settings. Used by
 * the demo and by the browser tests; knows nothing of what is inside.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

const COMMAND = resolve(import.meta.dirname, '../../dist/gateway/main.js')
const START_SECONDS = 60
const STOP_SECONDS = 10

export interface GatewayOptions {
  port: number
  /** Folder of its database. */
  data: string
  /** More NOD_* settings, or any variables. */
  settings?: Record<string, string>
  /** Another build than the one in dist/. */
  command?: string
}

export interface Client {
  client_id: string
  client_secret: string
}

export class Gateway {
  readonly issuer: string
  /** What it wrote, newest last: shown when it does not do what is expected of it. */
  readonly output: string[] = []
  readonly #env: NodeJS.ProcessEnv
  readonly #command: string
  #process: ChildProcess | undefined

  constructor({ port, data, settings, command = COMMAND }: GatewayOptions) {
    this.#command = command
    this.issuer = `http://localhost:${port}`
    this.#env = { PATH: process.env.PATH, NOD_ISSUER: this.issuer, NOD_PORT: `${port}`, NOD_DATA: data, ...settings }
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** How it ended; waits until it has. */
  async ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    const { exitCode: code = null, signalCode: signal = null } = this.#process ?? {}
    if (!this.#process || code !== null || signal !== null) return { code, signal }
    const [ended_code, ended_signal] = await once(this.#process, 'exit')
    return { code: ended_code, signal: ended_signal }
  }

  /** Starts `nod serve` and waits until it can sign people in. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [this.#command, 'serve'], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process = child
    const keep = (chunk: Buffer): unknown => this.output.push(chunk.toString())
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const deadline = Date.now() + START_SECONDS * 1000
    while (!(await this.#ready())) {
      if (child.exitCode !== null) throw new Error(`the gateway did not start:\n${this.output.join('')}`)
      if (Date.now() > deadline) throw new Error(`the gateway is not ready after ${START_SECONDS} s`)
      await delay(50)
    }
  }

  async #ready(): Promise<boolean> {
    const answer = await fetch(`${this.issuer}/ready`).catch(() => null)
    return answer?.ok === true
  }

  /** Runs a command of `nod` on this gateway's data and answers what it printed. */
  async nod(args: string[], input = ''): Promise<string> {
    const running = promisify(execFile)(process.execPath, [this.#command, ...args], { env: this.#env })
    running.child.stdin?.end(input)
    return (await running).stdout
  }

  async addClient(args: string[]): Promise<Client> {
    return JSON.parse(await this.nod(['client', 'add', ...args, '--json'])) as Client
  }

  async addUser(name: string, display_name: string, password: string): Promise<void> {
    await this.nod(['user', 'add', name, '--display-name', display_name, '--password-stdin'], `${password}\n`)
  }

  /** Asks it to end and waits until it has; whoever does not listen in time is ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((done) => child.once('exit', done))
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS * 1000)
    await ended
    clearTimeout(timer)
  }

  /** For a process that is about to be gone and can wait for nothing. */
  kill(): void {
    this.#process?.kill('SIGKILL')
  }
}
