/** Authorization requests left here beforehand by clients, until a browser brings their reference. */
import { type Db, first, insert, reader, run } from '../database.ts'
import type { PushedRequestRow } from '../rows.ts'

const pushed_request = reader<PushedRequestRow>(['params'], ['held'])

export const writes = {
  insertPushedRequest(db: Db, row: PushedRequestRow): void {
    insert(db, 'pushed_requests', row)
  },
  takePushedRequest(db: Db, request_hash: string, client_id: string, now: number): Record<string, string> | null {
    const found = pushed_request(
      first(
        db,
        'SELECT * FROM pushed_requests WHERE request_hash = @request_hash AND client_id = @client_id AND expires_at > @now',
        { request_hash, client_id, now },
      ),
    )
    if (found && !found.held)
      run(db, 'DELETE FROM pushed_requests WHERE request_hash = @request_hash', { request_hash })
    return found?.params ?? null
  },
}
