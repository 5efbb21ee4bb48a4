/** `nod user` as the operator types it: a process with arguments, standard input, output and exit code. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { systemClock } from '../../gateway/clock.ts'
import { user } from '../../gateway/commands/user.ts'
import { heldInbox, PASSWORD, pageHeaders, person } from './people.ts'
import { startTestGateway, type TestClock } from './support.ts'

const MAIN = resolve(import.meta.dirname, '../../dist/gateway/main.js')

interface Ended {
  code: number | null
  out: string
  error: string
}

function nodUser(data: string, args: string[], input: string | Uint8Array = ''): Promise<Ended> {
  const env = { PATH: process.env.PATH!, NOD_DATA: data }
  const child = spawn(process.execPath, [MAIN, 'user', ...args], { env })
  let [out, error] = ['', '']
  child.stdout.on('data', (text) => (out += text))
  child.stderr.on('data', (text) => (error += text))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return new Promise((done) => child.once('close', (code) => done({ code, out, error })))
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'nod-user-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

describe('nod user', () => {
  it('adds, lists, disables and removes', async () => {
    const data = folder()
    const added = await nodUser(
      data,
      ['add', 'Ada', '--display-name', 'Ada Lovelace', '--password-stdin', '--json'],
      PASSWORD,
    )
    expect(added.code).toBe(0)
    const ada = { sub: expect.any(String), username: 'Ada', name: 'Ada Lovelace', disabled: false }
    expect(JSON.parse(added.out)).toMatchObject(ada)
    expect(added.out + added.error).not.toContain(PASSWORD)
    expect(JSON.parse((await nodUser(data, ['list', '--json'])).out)).toMatchObject([ada])
    expect(await nodUser(data, ['disable', 'ADA'])).toMatchObject({ code: 0, out: 'disabled ADA\n' })
    expect((await nodUser(data, ['list'])).out).toBe('Ada  Ada Lovelace  (disabled)\n')
    expect(await nodUser(data, ['remove', 'ada'])).toMatchObject({ code: 0 })
    expect(JSON.parse((await nodUser(data, ['list', '--json'])).out)).toEqual([])
  })

  it('invites: a link that works once at a gateway which takes it, and a warning where none would', async () => {
    const gateway = await startTestGateway({ NOD_REGISTRATION: 'invite' }, { clock: systemClock() as TestClock })
    const { out, error } = await nodUser(gateway.data, ['invite', '--json'])
    expect(error).toContain('NOD_REGISTRATION is closed here')
    const { link, expires_at } = JSON.parse(out) as { link: string; expires_at: number }
    expect(expires_at - Date.now() / 1000).toBeGreaterThan(7 * 86_400 - 60)
    const { pathname, hash } = new URL(link)
    expect([pathname, hash]).toEqual(['/sign-up', expect.stringMatching(/^#[\w-]{43}$/)])
    const signUp = async (username: string) => {
      const body = JSON.stringify({ username, password: PASSWORD, invite: hash.slice(1) })
      return (await gateway.fetch('/v1/accounts', { method: 'POST', headers: pageHeaders(gateway), body })).status
    }
    expect([await signUp('ada'), await signUp('bob')]).toEqual([201, 410])
    expect((await nodUser(gateway.data, ['invite'])).out).toMatch(/^http:\S+\/sign-up#[\w-]{43}\n$/)
  })

  it('takes the password byte for byte, but for one newline at its end', async () => {
    const gateway = await startTestGateway()
    const passwords = { a: '  two blanks  ', b: 'new\nline inside', c: 'e\u0301 é 😀 bytes', d: 'ends in two\n' }
    for (const [name, password] of Object.entries(passwords)) {
      const added = await nodUser(gateway.data, ['add', name, '--password-stdin'], `${password}\n`)
      expect(added).toMatchObject({ code: 0 })
      const signIn = (text: string) =>
        gateway.fetch('/v1/sign-in', {
          method: 'POST',
          headers: pageHeaders(gateway),
          body: JSON.stringify({ username: name, password: text }),
        })
      expect((await signIn(password)).status).toBe(200)
      expect((await signIn(`${password}\n`)).status).toBe(401)
    }
  })

  it('ends what an account holds while the gateway runs', async () => {
    const gateway = await startTestGateway()
    const one = await person(gateway, 'ada')
    const held = await heldInbox(gateway, one)
    expect(await nodUser(gateway.data, ['disable', 'ada'])).toMatchObject({ code: 0 })
    expect((await gateway.fetch('/v1/me', { headers: one.headers })).status).toBe(401)
    expect((await held.answer).status).toBe(401)
  })

  it.each([
    [2, 'say what to do', []],
    [2, 'cannot "rename"', ['rename', 'ada']],
    [2, 'cannot "constructor"', ['constructor']],
    [2, 'add takes one NAME', ['add', '--password-stdin']],
    [2, 'add takes one NAME', ['add', 'ada', 'lovelace', '--password-stdin']],
    [2, 'list takes no NAME', ['list', 'ada']],
    [2, '--password-stdin', ['add', 'ada']],
    [2, "Unknown option '--password'", ['add', 'ada', '--password', 'secret']],
    [1, 'set NOD_DATA to the folder it is in', ['list']],
    [1, 'set NOD_DATA to the folder it is in', ['remove', 'ada']],
  ] as [number, string, string[]][])('ends with %i and says %j for %j', async (code, says, args) => {
    const told = vi.spyOn(console, 'error').mockImplementation(() => {})
    expect(await user(args, { NOD_DATA: folder() })).toBe(code)
    expect(told.mock.calls.at(-1)).toEqual([expect.stringContaining(says)])
    told.mockRestore()
  })

  it.each(['disable', 'remove'])('says that there is nobody to %s', async (verb) => {
    const gateway = await startTestGateway()
    expect(await nodUser(gateway.data, [verb, 'ada'])).toMatchObject({
      code: 1,
      error: expect.stringContaining('there is no account "ada"'),
    })
  })

  it.each([
    ['8 to 1024 bytes', 'ada', 'short'],
    ['not UTF-8', 'ada', new Uint8Array([0xff, 0xfe, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46])],
    ['without blanks', 'ada lovelace', PASSWORD],
    ['one script', 'аda', PASSWORD],
  ])('says %j and adds nobody', async (says, name, input) => {
    const data = folder()
    const ended = await nodUser(data, ['add', name, '--password-stdin'], input)
    expect(ended).toMatchObject({ code: 1, out: '', error: expect.stringContaining(says) })
    expect(ended.error).not.toMatch(/\n\s+at /)
  })

  it('says that a name is taken, and changes nothing', async () => {
    const data = folder()
    await nodUser(data, ['add', 'ada', '--password-stdin'], PASSWORD)
    const again = await nodUser(data, ['add', 'ADA', '--password-stdin'], 'another password')
    expect(again).toMatchObject({ code: 1, error: expect.stringContaining('Choose another') })
  })
})
