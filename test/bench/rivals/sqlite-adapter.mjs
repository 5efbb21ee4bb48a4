// An adapter of node-oidc-provider for better-sqlite3: one table for all models, JSON payloads, an index for each way in
// which the library looks something up. Every statement is a commit of its own, as the adapter's contract has it.

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entries (
    model      TEXT NOT NULL,
    id         TEXT NOT NULL,
    payload    TEXT NOT NULL,
    grant_id   TEXT,
    user_code  TEXT,
    uid        TEXT,
    expires_at INTEGER,
    PRIMARY KEY (model, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS entries_grant ON entries (grant_id) WHERE grant_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS entries_user_code ON entries (user_code) WHERE user_code IS NOT NULL;
  CREATE INDEX IF NOT EXISTS entries_uid ON entries (uid) WHERE uid IS NOT NULL;`

const seconds = () => Math.floor(Date.now() / 1000)

/** `database`: an open better-sqlite3 connection. */
export function sqliteAdapter(database) {
  database.exec(SCHEMA)
  const found = (column) =>
    database
      .prepare(
        `SELECT payload FROM entries WHERE model = ? AND ${column} = ? AND (expires_at IS NULL OR expires_at > ?)`,
      )
      .pluck()
  const by = { id: found('id'), user_code: found('user_code'), uid: found('uid') }
  const upsert = database.prepare(
    `INSERT INTO entries (model, id, payload, grant_id, user_code, uid, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id, user_code = excluded.user_code,
       uid = excluded.uid, expires_at = excluded.expires_at`,
  )
  const consume = database.prepare(
    `UPDATE entries SET payload = json_set(payload, '$.consumed', ?) WHERE model = ? AND id = ?`,
  )
  const destroy = database.prepare('DELETE FROM entries WHERE model = ? AND id = ?')
  const revoke = database.prepare('DELETE FROM entries WHERE grant_id = ?')

  return class {
    constructor(model) {
      this.model = model
    }
    #find(column, value) {
      const payload = by[column].get(this.model, value, seconds())
      return payload === undefined ? undefined : JSON.parse(payload)
    }
    async upsert(id, payload, expiresIn) {
      const { grantId = null, userCode = null, uid = null } = payload
      const expires_at = expiresIn ? seconds() + expiresIn : null
      upsert.run(this.model, id, JSON.stringify(payload), grantId, userCode, uid, expires_at)
    }
    async find(id) {
      return this.#find('id', id)
    }
    async findByUserCode(user_code) {
      return this.#find('user_code', user_code)
    }
    async findByUid(uid) {
      return this.#find('uid', uid)
    }
    async consume(id) {
      consume.run(seconds(), this.model, id)
    }
    async destroy(id) {
      destroy.run(this.model, id)
    }
    async revokeByGrantId(grant_id) {
      revoke.run(grant_id)
    }
  }
}
