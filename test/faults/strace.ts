/**
 * Faults in the system calls of a running process, by strace: a signal or an error at the Nth call. The count is each
 * thread's own; only the gateway's writer thread syncs. Linux, and allowed to trace.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

/** Why there can be no such faults here; null where there can. */
export function cannotTrace(): string | null {
  const tried = spawnSync('strace', ['-e', 'trace=none', 'true'], { encoding: 'utf8' })
  if (tried.status === 0) return null
  const why = tried.error ? 'there is no strace' : 'tracing is not allowed'
  return `${why}: install strace and allow ptrace to run these`
}

export interface Trace extends AsyncDisposable {
  /** Lets go of the process. */
  detach(): Promise<void>
}

/** Resolves once every thread is attached to. `args` are strace's own, such as `-e inject=…`. */
export async function attach(pid: number, args: readonly string[]): Promise<Trace> {
  const child = spawn('strace', ['-f', '-p', String(pid), ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  const said: string[] = []
  const { promise: attached, resolve, reject } = Promise.withResolvers<void>()
  child.stderr.on('data', (chunk: Buffer) => {
    said.push(chunk.toString())
    if (/attached/.test(said.join(''))) resolve()
  })
  child.once('error', reject)
  child.once('exit', () => reject(new Error(`strace did not attach: ${said.join('')}`)))
  await attached
  const detach = () => ended(child)
  return { detach, [Symbol.asyncDispose]: detach }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
