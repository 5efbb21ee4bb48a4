/** How commands reach the database in NOD_DATA, and what they say when they cannot. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, type Env, readConfig } from '../config.ts'
import { openStore } from '../store/sqlite.ts'
import type { Store } from '../store/store.ts'
import { tellFaults } from './config.ts'

/**
 * Runs `work` on the store, also beside a running gateway. Returns its exit code, or 1 when the settings have faults. `makes`:
 * where there is no database yet it makes one; what only looks or takes away would find nothing in that, and say so.
 */
export async function withStore(
  env: Env,
  { makes }: { makes: boolean },
  work: (store: Store, config: Config) => Promise<number>,
): Promise<number> {
  const read = readConfig(env)
  if (!read.ok) return tellFaults(read.faults)
  const { data } = read.config
  let broken: Error | undefined
  const onFatal = (error: Error): void => {
    broken = error
  }
  const there = existsSync(join(data, 'nod.db'))
  if (!there && !makes)
    throw new Error(`there is no gateway’s database in ${data}: set NOD_DATA to the folder it is in`)
  const store = open(data, () => openStore(data, { exclusive: false, onFatal }))
  if (!there) console.error(`nod: there was no database in ${data}; a new one was made`)
  try {
    return await work(store, read.config)
  } catch (error) {
    throw broken ?? error
  } finally {
    await store.close()
  }
}

function open(data: string, opening: () => Store): Store {
  try {
    return opening()
  } catch (error) {
    throw dataFolderError(error as Error, data)
  }
}

/** The same failure in words for the operator, with its mend. */
export function dataFolderError(error: NodeJS.ErrnoException, data: string): Error {
  const code = error.code ?? ''
  if (/^(EACCES|EPERM|EROFS|ENOENT|SQLITE_CANTOPEN|SQLITE_READONLY)/.test(code)) {
    return new Error(
      `${data} cannot be written: let this user write there (chown or chmod), or set NOD_DATA to another folder`,
    )
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') return new Error(`${data} is not a folder: set NOD_DATA to one`)
  return error
}
