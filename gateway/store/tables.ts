/** All reads and writes of the SQLite store by name: what the reading connection and the writer thread can be asked for. */
import * as accounts from './tables/accounts.ts'
import * as activity from './tables/activity.ts'
import * as audit from './tables/audit.ts'
import * as clients from './tables/clients.ts'
import * as devices from './tables/devices.ts'
import * as invites from './tables/invites.ts'
import * as known_pages from './tables/known-pages.ts'
import * as passkeys from './tables/passkeys.ts'
import * as pushed_requests from './tables/pushed-requests.ts'
import * as sessions from './tables/sessions.ts'
import * as sign_ins from './tables/sign-ins.ts'
import * as tokens from './tables/tokens.ts'

export const reads = {
  ...accounts.reads,
  ...activity.reads,
  ...audit.reads,
  ...clients.reads,
  ...devices.reads,
  ...known_pages.reads,
  ...invites.reads,
  ...passkeys.reads,
  ...sessions.reads,
  ...sign_ins.reads,
  ...tokens.reads,
}
export const writes = {
  ...accounts.writes,
  ...audit.writes,
  ...clients.writes,
  ...devices.writes,
  ...invites.writes,
  ...passkeys.writes,
  ...pushed_requests.writes,
  ...sessions.writes,
  ...sign_ins.writes,
  ...tokens.writes,
}
export type ReadName = keyof typeof reads
export type WriteName = keyof typeof writes
