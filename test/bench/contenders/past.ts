/** A past for a gateway: finished sessions of the last hour with all that they leave behind, written straight into the file. */
import { openDatabase } from '../../../gateway/store/database.ts'

/** KiB; the file is filled in memory and written once. */
const CACHE = -2_000_000

const ID = `lower(hex(randomblob(16)))`

/** Of each so many seconds ago, no two people alike in a row. Sessions that are still asked for are kept for an hour. */
export function fillWithFinished(file: string, count: number): void {
  const db = openDatabase(file, 'write')
  db.pragma('synchronous = OFF')
  db.pragma(`cache_size = ${CACHE}`)
  const people = db.prepare('SELECT sub FROM accounts').pluck().all() as string[]
  const now = Math.floor(Date.now() / 1000)
  const { client_id } = db.prepare('SELECT client_id FROM clients').get() as { client_id: string }
  db.exec('CREATE TEMP TABLE people (i INTEGER PRIMARY KEY, sub TEXT)')
  for (const [i, sub] of people.entries()) db.prepare('INSERT INTO people VALUES (?, ?)').run(i, sub)
  const page = `'{"browser":"Chrome 140","os":"Linux","ip":"127.0.0.1","origin":"https://bench.example"}'`
  db.transaction(() => {
    db.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < @count)
       INSERT INTO sessions (session_id, kind, state, version, client_id, created_at, first_expires_at, expires_at,
         poll_hash, authorization, page, dead_slot, claim_id, claim_sub, context_hash, decision_hash, code_hash, decided_at)
       SELECT ${ID}, 'code', 'redeemed', 4, @client_id, CAST(@now - 3000 + i * 2400 / @count AS INTEGER), @now, @now,
         ${ID}, '{"scope":"openid profile","redirect_uri":"https://bench.example/callback"}', ${page}, 0, ${ID},
         (SELECT sub FROM people WHERE people.i = n.i % CAST(@people AS INTEGER)), ${ID}, ${ID}, ${ID}, @now FROM n`,
    ).run({ count, client_id, now, people: people.length })
    for (const type of ['claimed', 'approved', 'redeemed'])
      db.prepare(
        `INSERT INTO audit (at, type, sub, session_id, client_id, detail)
         SELECT created_at, ?, claim_sub, session_id, client_id, page FROM sessions ORDER BY created_at`,
      ).run(type)
    db.prepare(
      `INSERT INTO tokens (token_hash, kind, session_id, client_id, sub, scope, issued_at, expires_at)
       SELECT ${ID}, 'access', session_id, client_id, claim_sub, 'openid', created_at, created_at + 3600 FROM sessions`,
    ).run()
    db.prepare(
      `INSERT INTO sign_ins (session_id, sid, client_id, sub, auth_time, acr, amr, signed_in_at, expires_at)
       SELECT session_id, ${ID}, client_id, claim_sub, created_at, 'acr', '["swk"]', created_at, created_at + 7776000
       FROM sessions`,
    ).run()
  })()
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.close()
}
