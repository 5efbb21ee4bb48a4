/**
 * The store on one SQLite file: reads on a connection of this thread, writes queued to the writer thread and committed
 * together. Commands open the same file beside a running gateway; only a gateway takes the lock.
 */
import { chmodSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { NodError } from '../error.ts'
import type { Committed, Outcome, Write } from './batch.ts'
import { newMoving } from './checkpoint.ts'
import { type Db, openDatabase } from './database.ts'
import { identity, migrate } from './migrate.ts'
import { openSnapshots } from './snapshots.ts'
import { keepStanding } from './standing.ts'
import type { Store } from './store.ts'
import { type ReadName, reads, type WriteName, writes } from './tables.ts'

/** Writes taken into one commit at the most, so that no answer waits for an endless batch. */
const MOST_IN_BATCH = 256

interface Options {
  /** Refuse to open the files a second time; held until `close`. */
  exclusive: boolean
  /** Memory and disk no longer agree (an fsync failed): the process must stop. */
  onFatal(error: Error): void
  /** After a commit: what this account sees of itself has changed. */
  onInbox?(sub: string): void
}

/** `data` is the folder; throws an Error with a message for the operator when it cannot be used. */
export function openStore(data: string, options: Options): Store {
  makeFolder(resolve(data))
  const file = join(data, 'nod.db')
  const lock = options.exclusive ? takeLock(join(data, 'nod.lock')) : null
  const setup = openDatabase(file, 'write')
  chmodSync(file, 0o600)
  migrate(setup, file)
  const { epoch, secret } = identity(setup)
  const moving = newMoving()
  // Left open until the reader is: a WAL database without a writer cannot be opened read-only.
  const reader = openSnapshots(file, moving)
  const answer = keepStanding()
  const writer = startWriter(file, { ...options, moving, onCommit: reader.renew })
  const store: Record<string, unknown> = {
    epoch,
    secret,
    async close() {
      await writer.close()
      reader.close()
      setup.close()
      lock?.close()
    },
  }
  for (const [name, read] of Object.entries(reads) as [ReadName, (db: Db, ...args: unknown[]) => unknown][]) {
    store[name] = async (...args: unknown[]) => {
      const db = reader.current()
      return answer(name, args, db, () => read(db, ...args))
    }
  }
  for (const name of Object.keys(writes) as WriteName[]) {
    store[name] = (...args: unknown[]) => writer.write({ name, args })
  }
  return store as unknown as Store
}

/** Step by step, since Node's own `recursive` never ends where a folder cannot be made in one that exists (/proc). */
function makeFolder(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory()) return
  if (found) throw Object.assign(new Error(`${path} is a file`), { code: 'ENOTDIR' })
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

/** An exclusive transaction that is never ended: the system frees it even when the process is killed. */
function takeLock(file: string): Db {
  let lock: Db | undefined
  try {
    lock = openDatabase(file, 'write')
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS held (x)')
    return lock
  } catch (cause) {
    lock?.close()
    if (!String((cause as { code?: string }).code).startsWith('SQLITE_BUSY')) throw cause
    throw new Error(`another gateway is running on ${file}: stop it, or set NOD_DATA to a folder of its own`, { cause })
  }
}

interface Writing extends Omit<Options, 'exclusive'> {
  moving: Int32Array
  /** Something has been committed, and nobody has been told so yet. */
  onCommit(): void
}

function startWriter(file: string, { moving, onCommit, onFatal, onInbox }: Writing) {
  const source = import.meta.url.endsWith('.ts') ? './writer.ts' : './writer.js'
  const worker = new Worker(new URL(source, import.meta.url), { workerData: { file, moving } })
  const queue: { write: Write; settle: (outcome: Outcome) => void }[] = []
  let under_way: typeof queue = []
  let closed: Error | null = null

  const next = () => {
    if (under_way.length > 0 || queue.length === 0) return
    under_way = queue.splice(0, MOST_IN_BATCH)
    worker.postMessage(under_way.map(({ write }) => write))
  }
  worker.on('message', ({ outcomes, touched }: Committed) => {
    const answered = under_way
    under_way = []
    onCommit()
    next()
    for (const [i, { settle }] of answered.entries()) settle(outcomes[i]!)
    if (onInbox) for (const sub of touched) onInbox(sub)
  })
  const stop = (error: Error) => {
    closed ??= error
    for (const { settle } of [...under_way.splice(0), ...queue.splice(0)]) {
      settle({ ok: false, code: 'CLOSED', message: error.message })
    }
  }
  worker.on('error', (error) => {
    stop(error)
    onFatal(error)
  })

  return {
    write: ({ name, args }: Write) =>
      new Promise<unknown>((resolve, reject) => {
        const settle = (outcome: Outcome) => {
          if (outcome.ok) return resolve(outcome.value)
          const error = storageError(outcome)
          if (error.fatal) onFatal(error.error)
          reject(error.error)
        }
        if (closed) return settle({ ok: false, code: 'CLOSED', message: closed.message })
        queue.push({ write: { name, args }, settle })
        // Whatever else this turn of the loop wants written goes into the same commit.
        if (queue.length === 1) setImmediate(next)
      }),
    async close() {
      while (under_way.length + queue.length > 0) await new Promise((resolve) => setImmediate(resolve))
      stop(new Error('the store is closed'))
      const exited = new Promise((resolve) => worker.once('exit', resolve))
      worker.postMessage('close')
      await exited
    },
  }
}

/** Full and locked pass; an I/O error means that memory and disk no longer agree. */
function storageError({ code, message }: { code: string; message: string }): { error: Error; fatal: boolean } {
  const detail = `${code}: ${message}`
  if (code.startsWith('SQLITE_IOERR') || code === 'SQLITE_CORRUPT') {
    return { error: new NodError('temporarily_unavailable', { detail }), fatal: true }
  }
  if (/^SQLITE_(FULL|BUSY|LOCKED)|^CLOSED/.test(code)) {
    return { error: new NodError('temporarily_unavailable', { detail, headers: { 'Retry-After': '1' } }), fatal: false }
  }
  return { error: new Error(detail), fatal: false }
}
