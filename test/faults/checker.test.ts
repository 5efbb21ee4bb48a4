/** The checker itself: it has nothing to say of a gateway left in peace, and finds each fault that is planted. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../gateway/store/database.ts'
import { check } from './checker.ts'
import { readFiles } from './files.ts'
import { openLab } from './lab.ts'
import { type Plan, signIn } from './sign-in.ts'

const plan = (change: Partial<Plan>): Plan => ({
  ...{ grant: 'code', way: 'poll', rival: false, answer: 'approve', revoke: false },
  ...change,
})

/** What somebody does to the files behind the gateway's back, and how the finding begins. */
const PLANTED: Record<string, { sql: string; finding: RegExp }> = {
  'a session that is gone': { sql: `DELETE FROM sessions WHERE state = 'denied'`, finding: /^I2 create/ },
  'a claim that is gone': {
    sql: `UPDATE sessions SET state = 'pending' WHERE state = 'denied'`,
    finding: /^I2 claim .*pending/,
  },
  'a decision that is gone': {
    sql: 'UPDATE sessions SET decision_hash = NULL, decision_state = NULL',
    finding: /^I2 decide/,
  },
  'a decision that is another': {
    sql: `UPDATE sessions SET decision_state = 'approved' WHERE decision_state = 'denied'`,
    finding: /^I2 decide .*told denied/,
  },
  'a decision without its record': { sql: `DELETE FROM audit WHERE type = 'denied'`, finding: /^I13 0 audit rows/ },
  'a decision recorded twice': {
    sql: `INSERT INTO audit (at, type, session_id, detail) SELECT at, type, session_id, '{}' FROM audit WHERE type = 'approved'`,
    finding: /^I13 2 audit rows/,
  },
  'a redemption that is gone': {
    sql: `UPDATE sessions SET state = 'approved' WHERE state = 'redeemed'`,
    finding: /^I2 redeem .*approved/,
  },
  'a token that is gone': { sql: 'DELETE FROM tokens', finding: /^I2 redeem .*token is gone/ },
  'a revocation that is gone': { sql: 'UPDATE tokens SET revoked_at = NULL', finding: /^I2 revoke/ },
  'a second live token': {
    sql: `INSERT INTO tokens (token_hash, kind, session_id, client_id, sub, scope, issued_at, expires_at)
          SELECT token_hash || 'x', kind, session_id, client_id, sub, scope, issued_at, expires_at FROM tokens`,
    finding: /^I5 2 live/,
  },
  'a version that went back': { sql: 'UPDATE sessions SET version = 1', finding: /^I10 .* is at 1/ },
  'another epoch': { sql: `UPDATE meta SET value = 'x' WHERE key = 'epoch'`, finding: /^I10 another epoch/ },
}

describe('the checker of the fault lab', () => {
  it('finds nothing where nothing was done, and every loss that is planted (F01)', async () => {
    await using lab = await openLab()
    const plans = [
      plan({}),
      plan({ grant: 'device', rival: true }),
      plan({ answer: 'deny', way: 'watch' }),
      plan({ answer: 'cancel' }),
      plan({ revoke: true }),
    ]
    const done = await Promise.all(plans.map((each, i) => signIn(lab, `client ${i}`, each)))
    expect(done).toEqual(plans.map(() => true))
    await lab.gateway.stop()
    const file = join(lab.data, 'nod.db')
    const verdict = check(lab.history, readFiles(file))
    expect(verdict).toMatchObject({ lost: [], broken: [] })
    expect(verdict.acknowledged).toBeGreaterThanOrEqual(5 * 3)

    for (const [what, { sql, finding }] of Object.entries(PLANTED)) {
      const copy = join(lab.data, 'planted.db')
      copyFileSync(file, copy)
      const db = openDatabase(copy, 'write')
      db.exec(sql)
      db.close()
      const { lost, broken } = check(lab.history, readFiles(copy))
      expect([what, lost.concat(broken)]).toEqual([what, expect.arrayContaining([expect.stringMatching(finding)])])
    }
  }, 120_000)
})
