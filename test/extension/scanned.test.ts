/** What a text means that was read out of a picture, pasted or typed: a code of ours, or something that has a name. */
import { describe, expect, test } from 'vitest'
import { Refusal } from '../../extension/problem.ts'
import { entered, looksLikeLink, oneOf } from '../../extension/scanned.ts'

const TICKET = `${'s'.repeat(22)}.${'t'.repeat(22)}`
const OTHER = `${'o'.repeat(22)}.${'t'.repeat(22)}`
const ours = `https://nod.example/q#${TICKET}`
const link = { kind: 'ticket', issuer: 'https://nod.example', ticket: TICKET }

function problemOf(work: () => unknown) {
  try {
    work()
  } catch (error) {
    if (error instanceof Refusal) return error.problem
    throw error
  }
  throw new Error('was not refused')
}

describe('the codes of a picture', () => {
  test('one of ours is taken, whatever stands beside it', () => {
    expect(oneOf([ours], 'none')).toEqual(link)
    expect(oneOf(['https://shop.example/sale', ours], 'none')).toEqual(link)
  })
  test('between two of ours nobody guesses', () => {
    const texts = [ours, `https://nod.example/q#${OTHER}`]
    expect(problemOf(() => oneOf(texts, 'none'))).toEqual({ code: 'two_codes' })
  })
  test('none is said in the words of who looked', () => {
    expect(problemOf(() => oneOf([], 'no_code_in_tab'))).toEqual({ code: 'no_code_in_tab' })
  })
  test.each([
    ['FIDO:/13086400838107303667332719012595115747821895775708', { holds: 'passkey' }],
    ['otpauth://totp/Shop:ada?secret=ABC', { holds: 'authenticator' }],
    ['WIFI:T:WPA;S:Cafe;P:secret;;', { holds: 'wifi' }],
    ['BEGIN:VCARD\nN:Ada\nEND:VCARD', { holds: 'contact' }],
    ['https://shop.example/sale?x=1', { holds: 'link', origin: 'https://shop.example' }],
    ['https://nod.example/link#abc', { holds: 'link', origin: 'https://nod.example' }],
    ['https://nod.example/q', { holds: 'link', origin: 'https://nod.example' }],
    ['http://', { holds: 'link' }],
    ['hello', { holds: 'other' }],
  ])('what is none of ours is named: %s', (text, values) => {
    expect(problemOf(() => oneOf([text], 'none'))).toEqual({ code: 'not_a_nod_code', values })
  })
})

describe('what is entered', () => {
  const issuer = 'https://own.example'

  test.each(['WDJB-MJHT', 'wdjb mjht', ' WDJBMJHT '])('letters, as anybody writes them: %j', (text) =>
    expect(entered(text, issuer)).toEqual({ kind: 'user_code', issuer, user_code: 'WDJBMJHT' }),
  )
  test.each([ours, ` ${ours}\n`, ours.replace('https://', '')])('a link, with or without its scheme: %j', (text) =>
    expect(entered(text, issuer)).toEqual(link),
  )
  test('a link to this machine is meant with http', () => {
    expect(entered(`localhost:8787/q#${TICKET}`, issuer)).toMatchObject({ issuer: 'http://localhost:8787' })
  })
  test('a link with the letters', () => {
    expect(entered('https://nod.example/code#WDJB-MJHT', issuer)).toMatchObject({ user_code: 'WDJBMJHT' })
  })
  test.each(['https://shop.example/', 'nod.example/q#short', 'ftp://nod.example/q#', 'javascript:alert(1)', '#'])(
    'a link that is none of ours is said to be none: %s',
    (text) => expect(problemOf(() => entered(text, issuer))).toEqual({ code: 'not_a_nod_link' }),
  )
  test.each(['WDJB-MJH', 'AEIOUAEI'])('letters that are no code are not known: %s', (text) =>
    expect(problemOf(() => entered(text, issuer)).code).toBe('session_not_found'),
  )
  test('the first letters of a link could be a code’s', () => {
    expect(['http', 'https', 'WDJB-MJHT', 'localhost'].map(looksLikeLink)).toEqual([false, false, false, false])
    expect(['https:', 'nod.example', 'localhost:8787', '/q'].every(looksLikeLink)).toBe(true)
  })
})
