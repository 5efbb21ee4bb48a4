/** Brings a database file to the schema of this build: numbered SQL files, each in its own transaction, after a copy. */
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import type { Db } from './database.ts'

const FOLDER = new URL('./migrations/', import.meta.url)

/** Throws with a message for the operator when the file was written by a newer build. */
export function migrate(db: Db, file: string): void {
  const migrations = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  const version = db.pragma('user_version', { simple: true }) as number
  if (version > migrations.length) {
    throw new Error(
      `${file} has schema ${version}, this build knows ${migrations.length}: start the newer build, or restore a backup made with this one`,
    )
  }
  if (version === migrations.length) return
  if (version > 0) copyBefore(db, `${file}.before-${version + 1}`)
  for (const name of migrations.slice(version)) {
    db.transaction(() => {
      db.exec(readFileSync(new URL(name, FOLDER), 'utf8'))
      db.pragma(`user_version = ${Number.parseInt(name, 10)}`)
    }).immediate()
  }
}

/** Ours alone to read from its first byte, and under its name only once it is whole. */
function copyBefore(db: Db, copy: string): void {
  if (existsSync(copy)) return
  const part = `${copy}.part`
  rmSync(part, { force: true })
  closeSync(openSync(part, 'wx', 0o600))
  db.prepare('VACUUM INTO ?').run(part)
  renameSync(part, copy)
}

/** The database's own identity, made once: `epoch` and the secret that tickets and codes are derived from. */
export function identity(db: Db): { epoch: string; secret: string } {
  const once = (key: string, bytes: number): string => {
    db.prepare('INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)').run(
      key,
      randomBytes(bytes).toString('base64url'),
    )
    return db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key) as string
  }
  return db.transaction(() => ({ epoch: once('epoch', 16), secret: once('secret', 32) })).immediate()
}
