/** The bits of a network's address as an MMDB tree is walked by them, from `203.0.113.0/24` or `2001:db8::/32`. */
import { isIP } from 'node:net'

/** In a file for both, IPv4 lies under `::/96`. */
export function networkBits(network: string, ip_version: 4 | 6): (0 | 1)[] {
  const [address = '', prefix] = network.split('/')
  const is_v4 = isIP(address) === 4
  const bytes = is_v4 ? address.split('.').map(Number) : ipv6Bytes(address)
  const bits = bytes.flatMap((byte) => [...byte.toString(2).padStart(8, '0')].map((bit) => (bit === '1' ? 1 : 0)))
  const within = bits.slice(0, Number(prefix))
  return is_v4 && ip_version === 6 ? [...Array<0>(96).fill(0), ...within] : within
}

function ipv6Bytes(address: string): number[] {
  const [head = '', tail = ''] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  const [left, right] = [groups(head), groups(tail)]
  const all = [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right]
  return all.flatMap((group) => [group >> 8, group & 255])
}
