/** A disk of its own that is small enough to be filled: a tmpfs, where this user may mount one. */
import { spawnSync } from 'node:child_process'
import { statfsSync, unlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const mount = (...args: string[]) => spawnSync('mount', args).status === 0
const unmount = (path: string) => spawnSync('umount', ['-l', path]).status === 0

export interface SmallDisk extends AsyncDisposable {
  path: string
  /** Takes all the space there is; `spare` bytes are left. */
  fill(spare?: number): void
  free(): void
}

/** Null where none can be mounted. */
export async function smallDisk(megabytes: number): Promise<SmallDisk | null> {
  const path = await mkdtemp(join(tmpdir(), 'nod-disk-'))
  if (!mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path)) {
    await rm(path, { recursive: true })
    return null
  }
  const filler = join(path, 'filler')
  return {
    path,
    fill(spare = 0) {
      const { bavail, bsize } = statfsSync(path)
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - spare)), { flag: 'a' })
    },
    free: () => unlinkSync(filler),
    async [Symbol.asyncDispose]() {
      unmount(path)
      await rm(path, { recursive: true, force: true })
    },
  }
}
