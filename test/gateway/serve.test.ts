/** The gateway as the operator meets it: a process with settings, signals and exit codes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../demo/ports.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const MAIN = join(ROOT, 'dist/gateway/main.js')

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'nod-serve-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

interface Ended {
  code: number | null
  out: string
}

/** `nod …` as a process of its own; `out` is all it said. */
const nod = (args: string[], env: Record<string, string>) => running(process.execPath, [MAIN, ...args], env)

function running(
  command: string,
  args: string[],
  env: Record<string, string>,
): { child: ChildProcess; said(): string; ended: Promise<Ended> } {
  const child = spawn(command, args, { cwd: ROOT, env: { PATH: process.env.PATH!, ...env }, detached: true })
  onTestFinished(() => {
    try {
      process.kill(-child.pid!, 'SIGKILL')
    } catch {
      // All that it started has ended.
    }
  })
  let out = ''
  child.stdout.on('data', (data) => (out += data))
  child.stderr.on('data', (data) => (out += data))
  const ended = new Promise<Ended>((done) => child.once('close', (code) => done({ code, out })))
  return { child, said: () => out, ended }
}

async function serving(
  data: string,
): Promise<{ url: string; gateway: ReturnType<typeof nod>; env: Record<string, string> }> {
  const port = await freePort()
  const env = { NOD_DATA: data, NOD_PORT: String(port), NOD_ISSUER: `http://localhost:${port}` }
  const gateway = nod(['serve'], env)
  await expect.poll(gateway.said, { timeout: 10_000 }).toContain('nod is ready')
  return { url: `http://localhost:${port}`, gateway, env }
}

describe('nod serve', () => {
  it('runs, is ready, and ends with 0 when told to', async () => {
    const { url, gateway } = await serving(folder())
    expect((await fetch(`${url}/health`)).status).toBe(200)
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    gateway.child.kill('SIGTERM')
    expect(await gateway.ended).toMatchObject({ code: 0 })
  })

  it('ends with the npm that started it', async () => {
    const env = { NOD_DATA: folder(), NOD_PORT: String(await freePort()) }
    const npm = running('npm', ['start'], env)
    await expect.poll(npm.said).toContain('nod is ready')
    npm.child.kill('SIGTERM')
    // Its output is open for as long as anybody of them lives.
    expect((await npm.ended).out).toContain('"stopping"')
  })

  it('prints a link for the first account, and no more once there is one', async () => {
    const data = folder()
    const { url, gateway } = await serving(data)
    await expect.poll(gateway.said).toContain(`${url}/sign-up#`)
    const invite = /\/sign-up#([\w-]{43})\n/.exec(gateway.said())![1]!
    const headers = { origin: url, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }
    const body = JSON.stringify({ username: 'ada', password: 'correct horse battery staple', invite })
    expect((await fetch(`${url}/v1/accounts`, { method: 'POST', headers, body })).status).toBe(201)
    gateway.child.kill('SIGTERM')
    const { out } = await gateway.ended
    // Log lines are JSON; the link is beside them.
    for (const line of out.split('\n')) if (line.startsWith('{')) expect(line).not.toContain(invite)
    const again = await serving(data)
    again.gateway.child.kill('SIGTERM')
    expect((await again.gateway.ended).out).not.toContain('sign-up')
  })

  it('is killed and started again on the same files', async () => {
    const data = folder()
    const first = await serving(data)
    first.gateway.child.kill('SIGKILL')
    await first.gateway.ended
    const second = await serving(data)
    expect((await fetch(`${second.url}/ready`)).status).toBe(200)
  })

  it('refuses to be the second on the same files (F27)', async () => {
    const data = folder()
    await serving(data)
    const second = await nod(['serve'], { NOD_DATA: data, NOD_PORT: '0' }).ended
    expect(second).toMatchObject({ code: 1, out: expect.stringContaining('another gateway is running') })
  })

  it('says what to do about a busy port', async () => {
    const busy = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void busy.close())
    await new Promise((done) => busy.once('listening', done))
    const { port } = busy.address() as { port: number }
    const ended = await nod(['serve'], { NOD_DATA: folder(), NOD_PORT: String(port) }).ended
    expect(ended).toMatchObject({ code: 1, out: expect.stringMatching(/is in use.*NOD_PORT/) })
  })

  it('says what to do about a data folder that is none, or cannot be written', async () => {
    const file = join(folder(), 'file')
    writeFileSync(file, '')
    expect(await nod(['serve'], { NOD_DATA: file }).ended).toMatchObject({
      code: 1,
      out: expect.stringContaining('NOD_DATA'),
    })
    if (process.getuid?.() === 0) {
      // The superuser may write anywhere but where the kernel itself keeps the files.
      expect(await nod(['serve'], { NOD_DATA: '/proc/nod' }).ended).toMatchObject({
        code: 1,
        out: expect.stringContaining('NOD_DATA'),
      })
      return
    }
    const closed = folder()
    chmodSync(closed, 0o500)
    expect(await nod(['serve'], { NOD_DATA: join(closed, 'x') }).ended).toMatchObject({
      code: 1,
      out: expect.stringMatching(/cannot be written.*NOD_DATA/),
    })
  })

  it('tells all faults of the settings in one go', async () => {
    const ended = await nod(['serve'], { NOD_PORT: 'x', NOD_ISSUER: 'http://nod.example', NOD_SESION_SECONDS: '9' })
      .ended
    expect(ended.code).toBe(1)
    for (const name of ['NOD_PORT', 'NOD_ISSUER', 'NOD_SESION_SECONDS']) expect(ended.out).toContain(name)
  })
})

describe('commands beside a running gateway', () => {
  it('take effect at once: a client and a user added can be used', async () => {
    const { url, env } = await serving(folder())
    const added = await nod(
      [
        'client',
        'add',
        '--name',
        'Shop',
        '--redirect-uri',
        'https://shop.example/cb',
        '--origin',
        'https://shop.example',
        '--json',
      ],
      env,
    ).ended
    expect(added.code).toBe(0)
    const { client_id, client_secret } = JSON.parse(added.out)
    expect([client_id, client_secret]).toEqual([expect.any(String), expect.stringMatching(/^[\w-]{43}$/)])

    const user = nod(['user', 'add', 'ada', '--password-stdin'], env)
    user.child.stdin!.end('correct horse battery staple\n')
    expect(await user.ended).toMatchObject({ code: 0 })
    const signed_in = await fetch(`${url}/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({ username: 'Ada', password: 'correct horse battery staple' }),
    })
    expect(signed_in.status).toBe(200)
  })

  it('say what is wrong with their words, and what would be right', async () => {
    const env = { NOD_DATA: folder() }
    const wrong = [
      ['nonsense'],
      ['client', 'add'],
      ['client', 'add', '--name', 'X', '--redirect-uri', 'ftp://x'],
      ['user', 'add'],
      ['client', 'nonsense'],
      ['serve', '--nonsense'],
    ]
    for (const args of wrong) {
      const { code, out } = await nod(args, env).ended
      expect([args, code]).toEqual([args, expect.toSatisfy((n: number) => n === 1 || n === 2)])
      expect(out.length).toBeGreaterThan(20)
      expect(out).not.toMatch(/\n\s+at /)
    }
  })

  it('print the settings', async () => {
    const { code, out } = await nod(['config', '--json'], { NOD_PORT: '9000' }).ended
    expect(code).toBe(0)
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({ name: 'NOD_PORT', value: '9000', origin: 'environment' }),
    )
  })
})
