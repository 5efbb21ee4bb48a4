/** Which user names there can be, and which of them are the same to a person's eye (G66, RFC 8265 §3.3). */
import { describe, expect, it } from 'vitest'
import { createAccounts } from '../../gateway/accounts.ts'
import { checkUsername, usernameKey } from '../../gateway/usernames.ts'
import { PASSWORD, pageHeaders } from './people.ts'
import { recorded } from './record.ts'
import { startTestGateway } from './support.ts'

const CYRILLIC_ACE = 'асе'

describe('a user name', () => {
  it.each([
    ['alice', 'ALICE'],
    ['alice', 'alıce'],
    ['alice', 'Alİce'],
    ['alice', 'ａｌｉｃｅ'],
    ['alice', '𝒜lice'],
    ['ﬁona', 'fiona'],
    ['straße', 'STRASSE'],
    ['σίσυφος', 'ΣΊΣΥΦΟΣ'],
    ['re\u0301mi', 'rémi'],
    ['ace', CYRILLIC_ACE],
    ['ace', ' ace\n'],
  ])('%j is %j', (one, other) => expect(usernameKey(other)).toBe(usernameKey(one)))

  it.each([
    ['alice', 'alicé'],
    ['alice', 'alice1'],
    ['иван', 'ivan'],
  ])('%j is not %j', (one, other) => expect(usernameKey(other)).not.toBe(usernameKey(one)))

  it.each([
    'a',
    'alice',
    'Alice.B-c_d+e@example.org',
    "o'brien",
    'Иван',
    'Ωμέγα',
    '山田太郎',
    'やまだ',
    '김철수',
    'José',
    'नमस्ते',
    'עדה',
    'สมชาย',
    'x'.repeat(64),
  ])('may be %j', (name) => expect(checkUsername(name)).toMatchObject({ ok: true }))

  it.each([
    ['nothing', ''],
    ['too long', 'x'.repeat(65)],
    ['too long once written out', `${'ﬃ'.repeat(22)}`],
    ['a blank', 'al ice'],
    ['a blank before', ' alice'],
    ['a line break', 'alice\n'],
    ['a zero-width space', 'al\u200bice'],
    ['a zero-width joiner', 'al\u200dice'],
    ['a byte order mark', '\ufeffalice'],
    ['a soft hyphen', 'al\u00adice'],
    ['a right-to-left override', 'alice\u202egnp'],
    ['an isolate', '\u2066alice\u2069'],
    ['a control', 'alice\u0000'],
    ['a variation selector', 'alice\ufe0f'],
    ['a loose mark', 'alice\u0338'],
    ['a Hangul filler', '\u3164'],
    ['an emoji', 'alice😀'],
    ['a private character', 'alice\ue000'],
    ['half a character', 'alice\ud800'],
    ['Latin with one Cyrillic letter', 'аlice'],
    ['Latin with one Greek letter', 'αlice'],
    ['Hebrew with Latin', 'עדהada'],
  ])('may not have %s', (_what, name) => expect(checkUsername(name)).toMatchObject({ ok: false }))
})

describe('two accounts', () => {
  it('never have names that look the same, and each is signed in to by any spelling of its own (G66)', async () => {
    const gateway = await startTestGateway()
    const accounts = createAccounts(gateway.deps)
    const first = await accounts.add({ username: 'Alice', password: PASSWORD })
    expect(first).toMatchObject({ ok: true, account: { username: 'Alice', name: 'Alice' } })
    for (const username of ['alice', 'ALICE', 'alıce', 'ａlice']) {
      expect(await accounts.add({ username, password: PASSWORD })).toEqual({ ok: false, reason: 'username_taken' })
    }
    for (const username of ['al\u200bice', '\u202eecila', 'аlice']) {
      expect(await accounts.add({ username, password: PASSWORD })).toMatchObject({ reason: 'invalid_username' })
    }
    expect((await accounts.list()).length).toBe(1)
    expect(recorded(gateway, 'account_created').length).toBe(1)
    const answer = await gateway.fetch('/v1/sign-in', {
      method: 'POST',
      headers: pageHeaders(gateway),
      body: JSON.stringify({ username: 'aLıCE', password: PASSWORD }),
    })
    expect(await answer.json()).toMatchObject({ username: 'Alice' })
  })

  it('made at the same moment with one name are one account', async () => {
    const gateway = await startTestGateway()
    const accounts = createAccounts(gateway.deps)
    const added = await Promise.all(
      ['eve', 'EVE', 'Eve'].map((username) => accounts.add({ username, password: PASSWORD })),
    )
    expect(added.filter(({ ok }) => ok).length).toBe(1)
  })

  it('are shown by names that cannot rearrange what stands around them', async () => {
    const gateway = await startTestGateway()
    const added = await createAccounts(gateway.deps).add({
      username: 'ada',
      name: ' Ada\u202e \u0000Lovelace\n ',
      password: PASSWORD,
    })
    expect(added).toMatchObject({ account: { name: 'Ada Lovelace' } })
  })
})
