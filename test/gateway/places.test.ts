/** From which country a sign-in is asked for, by the operator's own file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readConfig } from '../../gateway/config.ts'
import { openPlaces } from '../../gateway/places.ts'
import type { Claim } from '../../shared/protocol/messages.ts'
import { type Countries, mmdb } from './mmdb.ts'
import { authorize, person, site } from './people.ts'
import { startTestGateway } from './support.ts'

const COUNTRIES: Countries = {
  '203.0.113.0/24': 'FR',
  '198.51.100.0/25': 'DE',
  '198.51.100.128/25': 'CN',
  '2001:db8:1::/48': 'FR',
  '2001:db8:2::/48': 'BR',
  // A careless file: nobody is anywhere at these.
  '10.0.0.0/8': 'US',
  '127.0.0.0/8': 'US',
  'fd00::/8': 'US',
}

function file(bytes: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'nod-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'countries.mmdb')
  writeFileSync(path, bytes)
  return path
}

describe('the country of an address', () => {
  it.each([
    ['203.0.113.7', 'FR'],
    ['198.51.100.1', 'DE'],
    ['198.51.100.200', 'CN'],
    ['2001:db8:1::7', 'FR'],
    ['2001:db8:2:3::1', 'BR'],
    ['192.0.2.1', undefined],
    ['2001:db8:9::1', undefined],
    ['10.1.2.3', undefined],
    ['127.0.0.1', undefined],
    ['::1', undefined],
    ['fd12::1', undefined],
    ['not an address', undefined],
  ])('%s is %s', (address, country) => {
    expect(openPlaces(file(mmdb(COUNTRIES))).countryOf(address)).toBe(country)
  })

  it('is unknown for IPv6 where the file has IPv4 alone', () => {
    const places = openPlaces(file(mmdb({ '203.0.113.0/24': 'FR' }, 4)))
    expect(places.countryOf('203.0.113.7')).toBe('FR')
    expect(places.countryOf('2001:db8:1::7')).toBeUndefined()
  })

  it('is unknown where an entry is broken, and nothing fails for it', () => {
    const whole = mmdb({ '203.0.113.0/24': 'FR' })
    const data = whole.indexOf('iso_code')
    for (const [byte, value] of [
      [data - 1, 0xff],
      [data - 9, 0xff],
    ] as const) {
      const broken = Buffer.from(whole)
      broken[byte] = value
      expect(() => openPlaces(file(broken)).countryOf('203.0.113.7')).not.toThrow()
    }
  })
})

describe('NOD_GEOIP', () => {
  const faultOf = (path: string) => {
    const read = readConfig({ NOD_GEOIP: path })
    return read.ok ? null : read.faults
  }

  it('names the fault and its mend when the file is not there, is none, or is cut off', () => {
    const whole = mmdb(COUNTRIES)
    expect(faultOf('/nowhere/countries.mmdb')).toEqual([
      { variable: 'NOD_GEOIP', problem: expect.stringContaining('does the file exist') },
    ])
    for (const bytes of [Buffer.alloc(0), Buffer.from('countries'), whole.subarray(0, whole.length / 2)]) {
      expect(faultOf(file(bytes))).toEqual([
        { variable: 'NOD_GEOIP', problem: expect.stringContaining('no MMDB file') },
      ])
    }
  })

  it('puts the country, and nothing finer, into what the approver is shown (RFC 10027 §6.1.1, §6.1.14)', async () => {
    const settings = { NOD_GEOIP: file(mmdb(COUNTRIES)), NOD_TRUSTED_PROXIES: '127.0.0.1, ::1' }
    const gateway = await startTestGateway(settings)
    const client = await site(gateway)
    const one = await person(gateway)
    const claimBetween = async (page_ip: string, device_ip: string): Promise<Claim['request']> => {
      const from = (ip: string) => ({ ...gateway, fetch: withAddress(gateway.fetch, ip) })
      const { user_code } = (await (await authorize(from(page_ip), client)).json()) as { user_code: string }
      const headers = { ...one.headers, 'x-forwarded-for': device_ip }
      const init = { method: 'POST', headers, body: JSON.stringify({ user_code }) }
      return ((await (await gateway.fetch('/v1/claims', init)).json()) as Claim).request
    }
    const abroad = await claimBetween('2001:db8:2::1', '203.0.113.9')
    expect(abroad.page).toEqual({
      browser: expect.any(String),
      os: expect.any(String),
      ip: '2001:db8:2::1',
      country: 'BR',
    })
    expect(abroad.same_country).toBe(false)
    expect(await claimBetween('203.0.113.7', '2001:db8:1::2')).toMatchObject({
      page: { country: 'FR' },
      same_country: true,
    })
    // Where either of them is unknown nothing is said of the two.
    for (const [page, device] of [
      ['10.0.0.1', '203.0.113.9'],
      ['203.0.113.9', '10.0.0.1'],
    ] as const)
      expect(await claimBetween(page, device)).not.toHaveProperty('same_country')
    expect((await claimBetween('10.0.0.1', '203.0.113.9')).page).not.toHaveProperty('country')
  })
})

const withAddress =
  (fetch: (path: string, init?: RequestInit) => Promise<Response>, ip: string): typeof fetch =>
  (path, init = {}) =>
    fetch(path, { ...init, headers: { ...(init.headers as Record<string, string>), 'x-forwarded-for': ip } })
