/**
 * The devices of an account: this browser's pages enrol a key, its person sees all of them and can revoke any at once.
 * How an extension becomes one is links.ts. Knows no HTTP.
 */
import type { ErrorCode } from '../shared/protocol/errors.ts'
import type { Device, DeviceChallenge, EnrolRequest } from '../shared/protocol/messages.ts'
import type { Caller } from './callers.ts'
import type { Deps } from './deps.ts'
import { EnrolProof, readDeviceProof } from './device-proof.ts'
import { cleanLabel } from './labels.ts'
import { hash, randomId, randomSecret } from './secrets.ts'
import type { DeviceRow, WebSessionRow } from './store/rows.ts'

/** Seconds between asking for a challenge and answering it. */
const CHALLENGE_SECONDS = 300

type WebCaller = Caller & { web_session: WebSessionRow }

export type Devices = ReturnType<typeof createDevices>

export function createDevices({ config, store, clock, hub }: Deps) {
  return {
    /** One is open at a time for each signed-in browser; a new one takes its place. */
    async challenge({ token_hash }: WebSessionRow): Promise<DeviceChallenge> {
      const challenge = randomSecret()
      const now = clock.now()
      await store.setChallenge(token_hash, hash(challenge), now + CHALLENGE_SECONDS)
      return { challenge, expires_in: CHALLENGE_SECONDS, now }
    },

    /** Whose device it becomes is the caller's cookie's to say, and the key must have signed just that. */
    async enrol(
      { account, web_session }: WebCaller,
      { name, public_key, proof }: EnrolRequest,
    ): Promise<{ ok: true; device_id: string } | { ok: false; reason: ErrorCode }> {
      const now = clock.now()
      const { sub } = account
      const said = await readDeviceProof(proof, public_key, EnrolProof, { issuer: config.issuer, now })
      if (said?.sub !== sub) return { ok: false, reason: 'invalid_proof' }
      const device: DeviceRow = {
        device_id: randomId(),
        sub,
        kind: 'pages',
        name: cleanLabel(name) || 'Browser',
        public_key,
        token_hash: null,
        created_at: now,
        last_used_at: now,
        revoked_at: null,
      }
      const enrolled = await store.enrolDevice(
        device,
        { token_hash: web_session.token_hash, hash: hash(said.challenge), now },
        { at: now, type: 'device_enrolled', sub, detail: { name: device.name, kind: device.kind } },
      )
      if ('device_id' in enrolled) return { ok: true, device_id: enrolled.device_id }
      return { ok: false, reason: enrolled.refused === 'too_many_devices' ? 'too_many_devices' : 'invalid_proof' }
    },

    async list(caller: Caller): Promise<Device[]> {
      const devices = await store.listDevices(caller.account.sub)
      return devices.map(({ device_id, kind, name, created_at, last_used_at }) => {
        const this_device = device_id === caller.device?.device_id
        return { device_id, kind, name, created_at, last_used_at, this_device }
      })
    },

    /** From then on it is nobody: its claims are free and whoever waits hears of it. False: the account has no such device. */
    async revoke(caller: Caller, device_id: string): Promise<boolean> {
      const { sub } = caller.account
      const now = clock.now()
      const detail = { by_device: caller.device?.device_id ?? null }
      const released = await store.revokeDevice(device_id, sub, now, {
        at: now,
        type: 'device_revoked',
        sub,
        device_id,
        detail,
      })
      if (!released) return false
      for (const session_id of released) hub.wake(`session:${session_id}`)
      return true
    },
  }
}
