/** What was kept when a browser had one gateway and one account, or tokens beside them: all of it is there after the update. */
import { expect, test } from 'vitest'
import { broughtForward, tokensApart } from '../../extension/background/old-state.ts'

const issuer = 'https://nod.example'
const account = {
  issuer,
  sub: 's',
  username: 'ada',
  name: 'Ada',
  device_id: 'd',
  device_token: 'secret',
}
const site = {
  client_id: 'shop',
  name: 'Shop',
  origins: ['https://shop.example'],
  login_matches: ['/login'],
  start_uri: 'https://shop.example/start',
}
const switched_on = { client_id: 'shop', origins: ['https://shop.example'] }

test('a linked browser stays linked by the same key, with its gateway and its sites', () => {
  const old = { gateway: { issuer }, account, account_ended: null, sites: [site], enabled: [switched_on] }
  expect(broughtForward(old)).toEqual({
    gateways: [{ issuer, sites: [site], sites_problem: null }],
    accounts: [{ ...account, account_id: 'device' }],
    enabled: [{ ...switched_on, issuer }],
  })
})

test('a browser that had only a gateway has that', () => {
  expect(broughtForward({ gateway: { issuer }, enabled: [switched_on] })).toEqual({
    gateways: [{ issuer, sites: [], sites_problem: null }],
    accounts: [],
    enabled: [{ ...switched_on, issuer }],
  })
})

test('once more, after a worker that died between writing and clearing up, is the same', () => {
  const old = { gateway: { issuer }, account, sites: [site], enabled: [switched_on] }
  const once = broughtForward(old)
  expect(broughtForward({ ...old, ...once })).toEqual(once)
})

test('what is kept today is left alone', () => {
  expect(broughtForward({})).toBeNull()
  expect(broughtForward({ enabled: [{ ...switched_on, issuer }] })).toBeNull()
})

test('a token that was kept with its account is taken out of it, and is nobody else’s', () => {
  const { device_token, ...bare } = account
  const hers = { ...bare, account_id: 'a', device_token }
  const his = { ...bare, account_id: 'b', username: 'bob', device_token: 'other' }
  const done = { ...bare, account_id: 'c' }
  const { accounts, tokens } = tokensApart([hers, his, done])
  expect(accounts).toEqual([{ ...bare, account_id: 'a' }, { ...bare, account_id: 'b', username: 'bob' }, done])
  expect([...tokens]).toEqual([
    ['a', 'secret'],
    ['b', 'other'],
  ])
  expect(tokensApart(accounts)).toEqual({ accounts, tokens: new Map() })
})

test('that of the one account of before comes with it, to be taken out of it in turn', () => {
  const { accounts, tokens } = tokensApart(broughtForward({ gateway: { issuer }, account })!.accounts)
  expect(accounts[0]).not.toHaveProperty('device_token')
  expect([...tokens]).toEqual([['device', 'secret']])
})
