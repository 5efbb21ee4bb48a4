/**
 * What a process wrote to files and when it was made durable, recorded by strace; and the files as a power cut at some
 * moment would leave them: what no fsync has covered is lost, or kept in part. A model of the files, not of a device: a
 * disk that lies about its fsync is beyond it.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Random } from './random.ts'
import { attach } from './strace.ts'

/** Written together or not at all; what is larger can be torn. */
const SECTOR = 512

interface Event {
  path: string
  what: { write: Buffer; at: number } | { truncate: number } | 'sync'
  /** Milliseconds since 1970. */
  began: number
  ended: number
}

export interface Recording extends AsyncDisposable {
  readonly events: readonly Event[]
  /** Writes the files of the moment to `folder`. With `random`, any part of what was not synced has reached the disk. */
  restore(folder: string, moment: number, random?: Random): void
}

/** Records what `pid` does to the files while `work` runs. Nothing may be under way before. */
export async function record(pid: number, paths: readonly string[], work: () => Promise<void>): Promise<Recording> {
  const folder = await mkdtemp(join(tmpdir(), 'nod-written-'))
  for (const path of paths) if (existsSync(path)) copyFileSync(path, join(folder, basename(path)))
  const output = join(folder, 'trace')
  const trace = await attach(pid, [
    ...['-ff', '-o', output, '-y', '-xx', '-s', '1000000', '-ttt', '-T'],
    ...['-e', 'trace=pwrite64,ftruncate,fsync,fdatasync'],
    ...paths.flatMap((path) => ['-P', path]),
  ])
  await work()
  await trace.detach()
  const events = readdirSync(folder)
    .filter((name) => name.startsWith('trace.'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').flatMap(parse))
    .sort((a, b) => a.ended - b.ended)
  return {
    events,
    restore(into, moment, random) {
      for (const path of paths) {
        const base = join(folder, basename(path))
        const start = existsSync(base) ? readFileSync(base) : Buffer.alloc(0)
        const of_file = events.filter((event) => event.path === path && event.began <= moment)
        writeFileSync(join(into, basename(path)), contents(start, of_file, moment, random))
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** `1795563934.123456 pwrite64(37</data/nod.db-wal>, "\\x37…", 32, 0) = 32 <0.000012>` */
function parse(line: string): Event[] {
  const match = /^([\d.]+) (\w+)\(\d+<([^>]+)>(?:, (.*))?\)\s+= (-?\d+).* <([\d.]+)>$/.exec(line)
  if (!match) return []
  const [, seconds, call, path, args = '', result, took] = match
  const began = Number(seconds) * 1000
  const event = { path: plainName(path!), began, ended: began + Number(took) * 1000 }
  if (Number(result) < 0) return []
  if (call === 'ftruncate') return [{ ...event, what: { truncate: Number(args) } }]
  if (call !== 'pwrite64') return [{ ...event, what: 'sync' }]
  const [, hex = '', at = '0'] = /^"([^"]*)", \d+, (\d+)$/.exec(args) ?? []
  return [{ ...event, what: { write: Buffer.from(hex.replaceAll('\\x', ''), 'hex'), at: Number(at) } }]
}

/** With -xx strace writes names as it writes bytes. */
const plainName = (name: string): string =>
  name.includes('\\x') ? Buffer.from(name.replaceAll('\\x', ''), 'hex').toString() : name

function contents(start: Buffer, events: readonly Event[], moment: number, random?: Random): Buffer {
  const file = { bytes: Buffer.from(start), length: start.length }
  let unsynced: Event[] = []
  for (const event of events) {
    if (event.what !== 'sync') unsynced.push(event)
    else if (event.ended <= moment) {
      // Only what was written before this fsync began is covered by it.
      for (const { what } of unsynced.filter(({ ended }) => ended <= event.began)) apply(file, what)
      unsynced = unsynced.filter(({ ended }) => ended > event.began)
    }
  }
  if (random) for (const { what } of unsynced) for (const part of sectors(what)) if (random() < 0.5) apply(file, part)
  return file.bytes.subarray(0, file.length)
}

function apply(file: { bytes: Buffer; length: number }, what: Event['what']): void {
  if (what === 'sync') return
  const end = 'truncate' in what ? what.truncate : what.at + what.write.length
  if (end > file.bytes.length) file.bytes = Buffer.concat([file.bytes], end * 2)
  if ('truncate' in what) {
    file.bytes.fill(0, end)
    file.length = end
  } else {
    what.write.copy(file.bytes, what.at)
    file.length = Math.max(file.length, end)
  }
}

function sectors(what: Event['what']): Event['what'][] {
  if (what === 'sync' || 'truncate' in what) return [what]
  return Array.from({ length: Math.ceil(what.write.length / SECTOR) }, (_, i) => ({
    write: what.write.subarray(i * SECTOR, (i + 1) * SECTOR),
    at: what.at + i * SECTOR,
  }))
}
