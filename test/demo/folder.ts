/**
 * Where a demo keeps what it needs: a temporary folder that goes with it, or data/demo with `--keep`, and in it one
 * file with what has to be the same at the next start (ports, the shop's credentials, the password to print).
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Client } from './gateway.ts'

export interface Kept {
  gateway_port: number
  shop_port: number
  password: string
  client: Client
}

export interface DemoFolder {
  readonly path: string
  /** What an earlier demo left here. */
  readonly kept: Kept | null
  keep(what: Kept): Promise<void>
  /** Removes the folder if it is a temporary one. */
  close(): Promise<void>
}

export async function openFolder(keep: boolean): Promise<DemoFolder> {
  const path = keep ? resolve(import.meta.dirname, '../../data/demo') : await mkdtemp(join(tmpdir(), 'nod-demo-'))
  await mkdir(path, { recursive: true, mode: 0o700 })
  const file = join(path, 'demo.json')
  const text = await readFile(file, 'utf8').catch(() => null)
  return {
    path,
    kept: text === null ? null : (JSON.parse(text) as Kept),
    keep: (what) => writeFile(file, JSON.stringify(what, null, 2), { mode: 0o600 }),
    close: async () => (keep ? undefined : rm(path, { recursive: true, force: true })),
  }
}
