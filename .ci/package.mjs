// Builds the extension and packs it for the stores, into dist/packages: a zip for Chrome, one for Firefox, and the sources
// from which Mozilla's reviewers make the same one again. Equal sources give equal bytes, wherever and whenever.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import JSZip from 'jszip'
import { say, stop } from './say.mjs'

/** What a build needs, and what its reader wants to know. Tests build nothing. */
const SOURCES = [
  ...['.ci', '.npmrc', 'CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'build.mjs', 'extension', 'gateway'],
  ...['package-lock.json', 'package.json', 'shared', 'tsconfig.json'],
]

/** The first moment that a zip file can name. */
const DATE = new Date(Date.UTC(1980, 0, 1))

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The files in a folder and below it, as paths from `base` with `/` between the names. */
function filesIn(base, path = '') {
  if (!statSync(join(base, path)).isDirectory()) return [path]
  const names = readdirSync(join(base, path)).filter((name) => name !== '.DS_Store')
  return names.flatMap((name) => filesIn(base, path === '' ? name : `${path}/${name}`))
}

async function pack(name, base, paths, more = {}) {
  const zip = new JSZip()
  const files = { ...Object.fromEntries(paths.map((path) => [path, readFileSync(join(base, path))])), ...more }
  // By their bytes, in no language's order.
  for (const path of Object.keys(files).sort()) {
    zip.file(path, files[path], { date: DATE, createFolders: false, unixPermissions: 0o644 })
  }
  const options = { type: 'nodebuffer', compression: 'DEFLATE', compressionOptions: { level: 9 }, platform: 'UNIX' }
  const packed = await zip.generateAsync(options)
  writeFileSync(join(root, 'dist/packages', name), packed)
  say(`dist/packages/${name}, ${Object.keys(files).length} files, ${packed.byteLength} bytes`)
}

if (spawnSync(process.execPath, ['build.mjs'], { cwd: root, stdio: ['ignore', 2, 2] }).status !== 0) {
  stop('the build failed: see above.')
}
mkdirSync(join(root, 'dist/packages'), { recursive: true })
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
for (const browser of ['chrome', 'firefox']) {
  const base = join(root, 'dist', browser)
  await pack(`nod-${browser}-${version}.zip`, base, filesIn(base))
}
const sources = SOURCES.flatMap((name) => filesIn(root, name)).filter(
  (path) => !path.startsWith('extension/store/pictures/'),
)
const how = readFileSync(join(root, 'extension/store/BUILD.md'))
await pack(`nod-source-${version}.zip`, root, sources, { 'BUILD.md': how })
