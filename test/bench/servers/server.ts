/**
 * A server under measurement: a process of its own on the first core, watched from outside by what Linux says of it.
 * The bench itself keeps to the second core.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const SERVER_CORE = 0
const LOAD_CORE = 1
const START_SECONDS = 90
const STOP_SECONDS = 12
const COLLECTED_MS = 1500
const HOOK = resolve(import.meta.dirname, 'collect-garbage.mjs')

/** All threads of this very process go to the core that loads. */
export function keepToLoadCore(): void {
  execFileSync('taskset', ['-a', '-c', '-p', `${LOAD_CORE}`, `${process.pid}`], { stdio: 'ignore' })
}

export interface Usage {
  /** Seconds of processor time. */
  cpu: number
  /** Seconds in which the server's core had nothing to do. */
  idle: number
  /** Seconds on the clock. */
  at: number
}

export class Server {
  readonly port: number
  readonly #child: ChildProcess
  readonly #output: string[] = []

  get pid(): number {
    return this.#child.pid!
  }

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => {
        this.#output.push(chunk.toString())
        if (this.#output.length > 100) this.#output.shift()
      })
  }

  /** Runs `file`, which listens on `port`; up once `ready` is answered. */
  static async start(
    file: string,
    port: number,
    { args, settings, flags = [], ready = '/' }: Options,
  ): Promise<Server> {
    const command = [process.execPath, ...flags, '--import', HOOK, resolve(import.meta.dirname, file), ...args]
    const child = spawn('taskset', ['-c', `${SERVER_CORE}`, ...command], {
      env: { PATH: process.env.PATH, NODE_ENV: 'production', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const server = new Server(child, port)
    const deadline = Date.now() + START_SECONDS * 1000
    while (
      !(await fetch(`http://127.0.0.1:${port}${ready}`).then(
        (answer) => answer.status < 500,
        () => false,
      ))
    ) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`${file} did not start:\n${server.#output.join('')}`)
      await delay(50)
    }
    return server
  }

  /** What it has used so far, by all of its threads. */
  usage(): Usage {
    const tasks = `/proc/${this.#child.pid}/task`
    const ran = readdirSync(tasks).map((task) =>
      Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]),
    )
    const [, , , , idle = '0', iowait = '0'] = readFileSync('/proc/stat', 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`cpu${SERVER_CORE} `))!
      .split(' ')
    return {
      cpu: ran.reduce((sum, ns) => sum + ns, 0) / 1e9,
      idle: (Number(idle) + Number(iowait)) / 100,
      at: performance.now() / 1000,
    }
  }

  /** Bytes that are resident, after a collection. */
  async memory(): Promise<number> {
    this.#child.kill('SIGUSR2')
    await delay(COLLECTED_MS)
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
    return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)![1]) * 1024
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = new Promise((done) => this.#child.once('exit', done))
    this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_SECONDS * 1000)
    await ended
    clearTimeout(timer)
  }
}

interface Options {
  args: string[]
  /** Of Node. */
  flags?: string[]
  settings?: Record<string, string>
  /** A path that is answered once it is up. */
  ready?: string
}
