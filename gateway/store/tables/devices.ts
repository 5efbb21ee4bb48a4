/** Enrolled devices and the links by which an extension becomes one. */
import { all, type Db, first, insert, reader, run } from '../database.ts'
import type { AuditEntry, DeviceRow, LinkRow } from '../rows.ts'
import { writes as audit } from './audit.ts'
import { releaseClaims } from './sessions.ts'

/** The most devices an account can have. */
const MOST_DEVICES = 50

const device = reader<DeviceRow>(['public_key'])
const link = reader<LinkRow>(['public_key', 'page'])

export const reads = {
  findDevice: (db: Db, device_id: string) =>
    device(first(db, 'SELECT * FROM devices WHERE device_id = @device_id AND revoked_at IS NULL', { device_id })),
  findDeviceByToken: (db: Db, token_hash: string) =>
    device(first(db, 'SELECT * FROM devices WHERE token_hash = @token_hash AND revoked_at IS NULL', { token_hash })),
  listDevices: (db: Db, sub: string) =>
    all(db, 'SELECT * FROM devices WHERE sub = @sub AND revoked_at IS NULL ORDER BY created_at, device_id', {
      sub,
    }).map((row) => device(row)!),
  findLink: (db: Db, link_id: string) => link(first(db, 'SELECT * FROM links WHERE link_id = @link_id', { link_id })),
}

const isFull = (db: Db, sub: string): boolean => reads.listDevices(db, sub).length >= MOST_DEVICES

export const writes = {
  enrolDevice(
    db: Db,
    row: DeviceRow,
    challenge: { token_hash: string; hash: string; now: number },
    entry: AuditEntry,
  ): { device_id: string } | { refused: 'challenge_unknown' | 'too_many_devices' } {
    const taken = run(
      db,
      `UPDATE web_sessions SET challenge = NULL WHERE token_hash = @token_hash AND sub = @sub
         AND challenge = @hash AND challenge_expires_at > @now`,
      { ...challenge, sub: row.sub },
    )
    if (taken === 0) return { refused: 'challenge_unknown' }
    const returning = reads
      .listDevices(db, row.sub)
      .find(({ kind, public_key: { x, y } }) => kind === 'pages' && x === row.public_key.x && y === row.public_key.y)
    if (!returning && isFull(db, row.sub)) return { refused: 'too_many_devices' }
    if (!returning) insert(db, 'devices', row)
    const { device_id } = returning ?? row
    const { token_hash } = challenge
    run(db, 'UPDATE web_sessions SET device_id = @device_id WHERE token_hash = @token_hash', { device_id, token_hash })
    audit.insertAudit(db, { ...entry, device_id })
    return { device_id }
  },
  touchDevice(db: Db, device_id: string, now: number): void {
    run(db, 'UPDATE devices SET last_used_at = @now WHERE device_id = @device_id', { device_id, now })
  },
  revokeDevice(db: Db, device_id: string, sub: string, now: number, entry: AuditEntry): string[] | null {
    const revoked = run(
      db,
      'UPDATE devices SET revoked_at = @now WHERE device_id = @device_id AND sub = @sub AND revoked_at IS NULL',
      { device_id, sub, now },
    )
    if (revoked === 0) return null
    run(db, 'DELETE FROM web_sessions WHERE device_id = @device_id', { device_id })
    const released = releaseClaims(db, 'claim_device_id', device_id)
    audit.insertAudit(db, entry)
    return released
  },

  insertLink(db: Db, row: LinkRow, jti: { jti: string; expires_at: number }): boolean {
    if (run(db, 'INSERT OR IGNORE INTO used_jtis (jti, expires_at) VALUES (@jti, @expires_at)', jti) === 0) return false
    insert(db, 'links', row)
    return true
  },
  acceptLink(
    db: Db,
    link_id: string,
    row: DeviceRow,
    { now, collect_by }: { now: number; collect_by: number },
    entry: AuditEntry,
  ): 'accepted' | 'link_over' | 'too_many_devices' {
    const open = reads.findLink(db, link_id)
    if (open?.state !== 'pending' || open.expires_at <= now) return 'link_over'
    if (isFull(db, row.sub)) return 'too_many_devices'
    insert(db, 'devices', row)
    run(
      db,
      `UPDATE links SET state = 'accepted', version = version + 1, sub = @sub, device_id = @device_id,
         expires_at = max(expires_at, @collect_by) WHERE link_id = @link_id`,
      { link_id, sub: row.sub, device_id: row.device_id, collect_by },
    )
    audit.insertAudit(db, entry)
    return 'accepted'
  },
  refuseLink(db: Db, link_id: string, sub: string, now: number, entry: AuditEntry): boolean {
    const refused = run(
      db,
      `UPDATE links SET state = 'refused', version = version + 1, sub = @sub
       WHERE link_id = @link_id AND state = 'pending' AND expires_at > @now`,
      { link_id, sub, now },
    )
    if (refused === 0) return false
    audit.insertAudit(db, entry)
    return true
  },
}
