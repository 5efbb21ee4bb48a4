/** Whose address it is, behind proxies, and which addresses count as one. */
import { BlockList } from 'node:net'
import { describe, expect, it } from 'vitest'
import { clientAddress, networkOf, sameNetwork } from '../../gateway/address.ts'

function proxies(...networks: [address: string, prefix: number, family: 'ipv4' | 'ipv6'][]): BlockList {
  const list = new BlockList()
  for (const network of networks) list.addSubnet(...network)
  return list
}

const NONE = proxies()
const TEN = proxies(['10.0.0.0', 8, 'ipv4'], ['2001:db8:ffff::', 48, 'ipv6'])

describe('the address of a client', () => {
  it.each([
    ['the connection’s, where no proxy is trusted', '203.0.113.7', '198.51.100.1', NONE, '203.0.113.7'],
    ['the connection’s, where it is not the proxy’s', '203.0.113.7', '198.51.100.1', TEN, '203.0.113.7'],
    ['what the proxy saw', '10.0.0.1', '198.51.100.1', TEN, '198.51.100.1'],
    [
      'the right-most that is no proxy: the rest is made up',
      '10.0.0.1',
      '1.1.1.1, 198.51.100.1, 10.2.3.4',
      TEN,
      '198.51.100.1',
    ],
    ['an IPv4 address, however it is wrapped', '10.0.0.1', '::ffff:c633:6401', TEN, '198.51.100.1'],
    ['an IPv4 address, written out', '10.0.0.1', '0:0:0:0:0:ffff:198.51.100.1', TEN, '198.51.100.1'],
    ['an address, without its port', '10.0.0.1', '198.51.100.1:5678', TEN, '198.51.100.1'],
    ['an IPv6 address, without its port', '10.0.0.1', '[2001:db8::1]:5678', TEN, '2001:db8::1'],
    ['the proxy’s, where it says nothing', '10.0.0.1', undefined, TEN, '10.0.0.1'],
    ['the proxy’s, where what it says is no address', '10.0.0.1', 'unknown', TEN, '10.0.0.1'],
    [
      'the nearest known, where something between is no address',
      '10.0.0.1',
      '198.51.100.1, _hidden, 10.0.0.2',
      TEN,
      '10.0.0.2',
    ],
    ['the left-most, where all are proxies', '10.0.0.1', '10.0.0.3, 10.0.0.2', TEN, '10.0.0.3'],
    ['IPv4 also in an IPv6 dress', '::ffff:10.0.0.1', '::FFFF:198.51.100.1', TEN, '198.51.100.1'],
    ['IPv6', '2001:db8:ffff::1', '2001:DB8::7', TEN, '2001:db8::7'],
    ['without its zone', 'fe80::1%eth0', undefined, NONE, 'fe80::1'],
  ])('is %s', (_what, remote, forwarded_for, trusted, address) =>
    expect(clientAddress(remote, forwarded_for, trusted)).toBe(address),
  )
})

describe('a network', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:ffff:ffff:ffff:ffff', '2001:db8:0:0::/64'],
    ['2001:0db8:0000:0000::7', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('of %s is %s', (address, network) => expect(networkOf(address)).toBe(network))

  it('is the same for two browsers behind one router (RFC 10027 §6.1.1)', () => {
    expect(sameNetwork('203.0.113.7', '203.0.113.7')).toBe(true)
    expect(sameNetwork('203.0.113.7', '203.0.113.8')).toBe(false)
    expect(sameNetwork('192.168.1.7', '192.168.1.200')).toBe(true)
    expect(sameNetwork('192.168.1.7', '192.168.2.7')).toBe(false)
    expect(sameNetwork('2001:db8:0:1::7', '2001:db8:0:1:abcd::1')).toBe(true)
    expect(sameNetwork('2001:db8:0:1::7', '2001:db8:0:2::7')).toBe(false)
    expect(sameNetwork('203.0.113.7', '2001:db8::1')).toBe(false)
  })
})
