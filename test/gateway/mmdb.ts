/**
 * A small writer of MMDB files, for tests: none can be downloaded where they run, and real ones are too large to keep. As
 * https://maxmind.github.io/MaxMind-DB/ has it: a tree of 24 bit records, a data section, and metadata at the end.
 */
import { networkBits } from './network-bits.ts'

/** Country codes by network, such as `{ '203.0.113.0/24': 'FR', '2001:db8::/32': 'DE' }`. */
export type Countries = Record<string, string>

type Value = string | number | { [key: string]: Value } | Value[]

/** `ip_version` 4: a file that knows no IPv6 at all. */
export function mmdb(countries: Countries, ip_version: 4 | 6 = 6): Buffer {
  const data: Buffer[] = []
  const offsets = new Map<string, number>()
  for (const code of new Set(Object.values(countries))) {
    offsets.set(code, Buffer.concat(data).length)
    data.push(encode({ country: { iso_code: code, names: { en: code } } }))
  }
  const tree = treeOf(countries, ip_version)
  const record = (to: number | string | null): number =>
    to === null ? tree.length : typeof to === 'number' ? to : tree.length + 16 + offsets.get(to)!
  const nodes = Buffer.alloc(tree.length * 6)
  tree.forEach(([zero, one], index) => {
    nodes.writeUIntBE(record(zero), index * 6, 3)
    nodes.writeUIntBE(record(one), index * 6 + 3, 3)
  })
  const metadata = encode({
    node_count: tree.length,
    record_size: 24,
    ip_version,
    database_type: 'Test-Country',
    languages: ['en'],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_790_000_000,
    description: { en: 'For tests' },
  })
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')])
  return Buffer.concat([nodes, Buffer.alloc(16), ...data, marker, metadata])
}

type Node = [zero: number | string | null, one: number | string | null]

/** Node numbers, country codes, or null for nothing known. */
function treeOf(countries: Countries, ip_version: 4 | 6): Node[] {
  const tree: Node[] = [[null, null]]
  for (const [network, code] of Object.entries(countries)) {
    const bits = networkBits(network, ip_version)
    let at = 0
    bits.forEach((bit, depth) => {
      const node = tree[at]!
      if (depth === bits.length - 1) {
        node[bit] = code
      } else {
        const next = node[bit]
        at = typeof next === 'number' ? next : tree.push([null, null]) - 1
        node[bit] = at
      }
    })
  }
  return tree
}

/** Strings, maps, arrays and unsigned numbers: control byte with type and size, then the bytes. */
function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return Buffer.concat([control(6, 4), bytes])
  }
  if (Array.isArray(value)) return Buffer.concat([Buffer.from([value.length, 11 - 7]), ...value.map(encode)])
  const members = Object.entries(value).flatMap(([key, member]) => [encode(key), encode(member)])
  return Buffer.concat([control(7, Object.keys(value).length), ...members])
}

const control = (type: number, size: number): Buffer => {
  if (size > 28) throw new RangeError('longer than this writer needs')
  return Buffer.from([(type << 5) | size])
}
