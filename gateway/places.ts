/**
 * In which country an address is, by the operator's own file (MMDB, as MaxMind, DB-IP and others give it out). The country
 * and nothing finer: it tells near from far, and a city would only look more certain than it is. The one door to mmdb-lib.
 */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { type CountryResponse, Reader } from 'mmdb-lib'
import { isPublic } from './address.ts'

export interface Places {
  /** ISO 3166-1 alpha-2; undefined for private addresses and those the file does not know. */
  countryOf(address: string): string | undefined
}

/** Reads the whole file, once. Throws an Error whose message says what is wrong with it and what would be right. */
export function openPlaces(path: string): Places {
  const reader = read(path)
  const knows_ipv6 = reader.metadata.ipVersion === 6
  return {
    countryOf(address) {
      if (!isPublic(address) || (isIP(address) === 6 && !knows_ipv6)) return undefined
      const code = lookUp(reader, address)?.country?.iso_code
      return typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? code : undefined
    },
  }
}

/** An entry that is broken is one that is not there: nobody's sign-in shall fail for it. */
function lookUp(reader: Reader<CountryResponse>, address: string): CountryResponse | null {
  try {
    return reader.get(address)
  } catch {
    return null
  }
}

function read(path: string): Reader<CountryResponse> {
  const bytes = bytesOf(path)
  try {
    return new Reader<CountryResponse>(bytes)
  } catch {
    throw new Error(`names ${path}, which is no MMDB file: download the country database of your provider again`)
  }
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    throw new Error(`could not be read from ${path}: does the file exist, and may this user read it?`)
  }
}
