/** Network addresses: which one is the client's, and which belong together. Knows no HTTP library. */
import { BlockList, isIP } from 'node:net'

/** IPv4-mapped IPv6 in its IPv4 form, zones dropped, lower case. */
function normalizeAddress(address: string): string {
  const plain = address
    .toLowerCase()
    .replace(/%.*$/, '')
    // Some proxies write the port too.
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
    .replace(/^\[(.+)\](:\d+)?$/, '$1')
  const mapped = /^(?:0*:)*:?ffff:(?:(\d+\.\d+\.\d+\.\d+)|([\da-f]{1,4}):([\da-f]{1,4}))$/.exec(plain)
  if (!mapped) return plain
  const [, dotted, high = '', low = ''] = mapped
  const bits = (Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16)
  return dotted ?? [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.')
}

/** The right-most address that is not a trusted proxy's: everything left of it can be made up by the client. */
export function clientAddress(remote: string, forwarded_for: string | undefined, trusted: BlockList): string {
  const hops = [...(forwarded_for?.split(',') ?? []).map((hop) => hop.trim()), remote].map(normalizeAddress)
  let client = hops.at(-1)!
  for (const hop of hops.reverse()) {
    if (!isIP(hop)) break
    client = hop
    if (!trusted.check(hop, familyOf(hop))) break
  }
  return client
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** `10.0.0.5`, `10.0.0.0/8`, `2001:db8::/32`; null for anything else. */
export function parseNetwork(text: string): { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | null {
  const [address = '', bits, ...more] = text.split('/')
  const family = familyOf(address)
  const most = family === 'ipv6' ? 128 : 32
  const prefix = bits === undefined ? most : Number(bits)
  const is_prefix = bits === undefined || (/^\d{1,3}$/.test(bits) && prefix <= most)
  return isIP(address) && is_prefix && more.length === 0 ? { address, prefix, family } : null
}

/** Whether the address is in one of these networks; every address is where there are none. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  if (networks.length === 0) return true
  const list = new BlockList()
  for (const { address, prefix, family } of networks.flatMap((network) => parseNetwork(network) ?? []))
    list.addSubnet(address, prefix, family)
  return isIP(address) !== 0 && list.check(address, familyOf(address))
}

/** What is counted as one: an IPv4 address, or an IPv6 /64, the least a single subscriber is given. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

const PRIVATE_V4 = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|127\.)/

/** Whether two addresses are likely behind the same router; private IPv4 ones are compared by their /24. */
export function sameNetwork(a: string, b: string): boolean {
  if (isIP(a) === 4 && isIP(b) === 4 && PRIVATE_V4.test(a) && PRIVATE_V4.test(b)) {
    return a.slice(0, a.lastIndexOf('.')) === b.slice(0, b.lastIndexOf('.'))
  }
  return networkOf(a) === networkOf(b)
}

/** IANA's special-purpose ranges that say nothing of a place: this host, private, shared (RFC 6598), link-local, multicast. */
const NOWHERE = new BlockList()
for (const [network, bits, family] of [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 127, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
] as const)
  NOWHERE.addSubnet(network, bits, family)

/** Whether an address can be somewhere in the world at all. */
export const isPublic = (address: string): boolean => isIP(address) !== 0 && !NOWHERE.check(address, familyOf(address))
