/**
 * What goes to the stores: made twice, in two places, at two times and in two time zones, the second time from the very
 * sources that reviewers are given. Both are the same, byte for byte.
 */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import JSZip from 'jszip'
import { afterAll, beforeAll, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const KINDS = ['chrome', 'firefox', 'source'] as const

type Packages = Record<(typeof KINDS)[number], Buffer>

let folder: string
let first: Packages
let second: Packages
let version: string

/** Packs what is in a folder, as `npm run package` does once it has got the packages. */
async function pack(sources: string, zone: string): Promise<Packages> {
  await symlink(join(ROOT, 'node_modules'), join(sources, 'node_modules'), 'junction')
  const env = { ...process.env, TZ: zone }
  await promisify(execFile)(process.execPath, ['.ci/package.mjs'], { cwd: sources, env })
  const read = (kind: string) => readFile(join(sources, `dist/packages/nod-${kind}-${version}.zip`))
  return { chrome: await read('chrome'), firefox: await read('firefox'), source: await read('source') }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nod-package-'))
  version = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')).version
  const copy = join(folder, 'copy')
  const own = (await readdir(ROOT)).filter((name) => !['node_modules', 'dist', 'data', '.git', 'test'].includes(name))
  for (const name of own) await cp(join(ROOT, name), join(copy, name), { recursive: true })
  first = await pack(copy, 'America/St_Johns')

  const elsewhere = join(folder, 'unpacked', 'in a folder of another name')
  await unpack(first.source, elsewhere)
  second = await pack(elsewhere, 'Asia/Shanghai')
}, 180_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** In the opposite order of the archive's, with other times than it was packed with. */
async function unpack(archive: Buffer, into: string): Promise<void> {
  for (const { name } of (await entries(archive)).reverse()) {
    const file = join(into, name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, await (await JSZip.loadAsync(archive)).file(name)!.async('nodebuffer'))
    await utimes(file, 1_234_567_890, 1_234_567_890)
  }
}

const entries = async (archive: Buffer) => Object.values((await JSZip.loadAsync(archive)).files)
const names = async (archive: Buffer) => (await entries(archive)).map(({ name }) => name)

test.each(KINDS)('the one for %s is the same wherever it is made', (kind) => {
  expect(first[kind].equals(second[kind])).toBe(true)
})

test('the browsers’ ones are what the build made, of this version', async () => {
  for (const kind of ['chrome', 'firefox'] as const) {
    const zip = await JSZip.loadAsync(first[kind])
    const manifest = JSON.parse(await zip.file('manifest.json')!.async('string'))
    expect(manifest.version).toBe(version)
    for (const icon of Object.values<string>(manifest.icons)) expect(zip.file(icon), icon).not.toBeNull()
    expect(zip.file('_locales/zh_CN/messages.json')).not.toBeNull()
    expect((await names(first[kind])).filter((name) => /\.(map|ts|tsx|md)$|store\//.test(name))).toEqual([])
  }
})

test('the sources are all of our own, say how to build them, and hold nothing that was made from them', async () => {
  const found = await names(first.source)
  expect(found).toContain('BUILD.md')
  expect(found).toContain('extension/widget/widget.ts')
  expect(found).toContain('package-lock.json')
  expect(found.filter((name) => /^(node_modules|dist|test|data|\.git)\//.test(name))).toEqual([])
})
