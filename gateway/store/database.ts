/**
 * Opens the database file: the one door to better-sqlite3. Sets and asserts what durability rests on; a prepared
 * statement is made once per connection.
 */
import Database from 'better-sqlite3'

export type Db = Database.Database
type Value = string | number | null
export type Params = Record<string, unknown>

/** The oldest SQLite whose WAL and RETURNING this code was written against. */
const SQLITE_FLOOR = '3.50.0'

/**
 * Milliseconds another process (a command) may hold the write lock before a batch gives up. A write can come while a
 * batch already waits, and then waits for its own: twice this has to stay well below two seconds.
 */
const BUSY_TIMEOUT = 600

/** Bytes to which the write-ahead log is cut back when it begins anew after it had to grow, as during a backup. */
const LOG_KEPT = 16 * 1024 * 1024

export function openDatabase(file: string, mode: 'write' | 'read'): Db {
  const db = new Database(file, { readonly: mode === 'read', timeout: BUSY_TIMEOUT })
  const version = db.prepare('SELECT sqlite_version()').pluck().get() as string
  if (version.localeCompare(SQLITE_FLOOR, 'en', { numeric: true }) < 0) {
    throw new Error(`SQLite ${version} is older than ${SQLITE_FLOOR}; reinstall the packages with npm ci`)
  }
  if (mode === 'write') {
    db.pragma('journal_mode = WAL')
    // The driver is compiled with NORMAL for WAL: a power cut could then undo an approval that was acknowledged.
    db.pragma('synchronous = FULL')
    db.pragma('foreign_keys = ON')
    // checkpoint.ts does it.
    db.pragma('wal_autocheckpoint = 0')
    db.pragma(`journal_size_limit = ${LOG_KEPT}`)
    if (db.pragma('synchronous', { simple: true }) !== 2) throw new Error('SQLite did not accept synchronous=FULL')
    if (db.pragma('journal_mode', { simple: true }) !== 'wal') throw new Error('SQLite did not accept journal_mode=WAL')
  }
  return db
}

const prepared = new WeakMap<Db, Map<string, Database.Statement>>()

function statement(db: Db, sql: string): Database.Statement {
  const statements = prepared.get(db) ?? new Map<string, Database.Statement>()
  prepared.set(db, statements)
  const found = statements.get(sql) ?? db.prepare(sql)
  statements.set(sql, found)
  return found
}

/** Objects and arrays are stored as JSON, booleans as 0 and 1. */
function bind(params: Params): Record<string, Value> {
  const bound: Record<string, Value> = {}
  for (const [key, value] of Object.entries(params)) {
    if (value === undefined) bound[key] = null
    else if (typeof value === 'boolean') bound[key] = value ? 1 : 0
    else if (value !== null && typeof value === 'object') bound[key] = JSON.stringify(value)
    else bound[key] = value as Value
  }
  return bound
}

/** The number of rows changed. */
export const run = (db: Db, sql: string, params: Params = {}): number => statement(db, sql).run(bind(params)).changes

export const first = (db: Db, sql: string, params: Params = {}): Params | undefined =>
  statement(db, sql).get(bind(params)) as Params | undefined

export const all = (db: Db, sql: string, params: Params = {}): Params[] =>
  statement(db, sql).all(bind(params)) as Params[]

export function insert(db: Db, table: string, row: object): void {
  const columns = Object.keys(row)
  run(
    db,
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((c) => `@${c}`).join(', ')})`,
    row as Params,
  )
}

/** Turns a raw row into its typed form: the named columns are parsed from JSON, or from 0 and 1. */
export const reader =
  <Row>(json: readonly (keyof Row & string)[], booleans: readonly (keyof Row & string)[] = []) =>
  (raw: Params | undefined): Row | null => {
    if (!raw) return null
    for (const column of json) if (typeof raw[column] === 'string') raw[column] = JSON.parse(raw[column])
    for (const column of booleans) raw[column] = raw[column] === 1
    return raw as Row
  }
