// Runs before every npm script: finds what a fresh clone lacks, gets it, and says so in one line each.
//   node .ci/ready.mjs [build] [chromium] [firefox] [apache] [faults]   packages and Node always; the rest where it is of use
// It runs on whatever Node the machine has, with nothing installed yet: only Node's own modules, no recent syntax.
// All it says goes to stderr, so that `npm run -s nod -- … --json` stays machine-readable.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { offerApache } from './apache.mjs'
import { ensureChromium } from './chromium.mjs'
import { offerFaultTools } from './faults.mjs'
import { ensureFirefox } from './firefox.mjs'
import { say, stop } from './say.mjs'

const NODE_MAJOR = 24
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const at = (...parts) => join(root, ...parts)
const windows = process.platform === 'win32'
const bundledNode = at('node_modules', '.bin', windows ? 'node.cmd' : 'node')

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}

/** Optional packages are made for some systems each; only one that names this very system has to be there. */
const forThisSystem = ({ optional, os, cpu, libc }) =>
  !optional || Boolean(os && cpu && !libc && os.includes(process.platform) && cpu.includes(process.arch))

/** Compares what npm recorded in node_modules with the lock file; files' times say little after a checkout or a copy. */
function packagesAreCurrent() {
  const wanted = readJson(at('package-lock.json'))
  const installed = readJson(at('node_modules', '.package-lock.json'))
  if (!wanted || !installed) return false
  return Object.keys(wanted.packages).every((path) => {
    const entry = wanted.packages[path]
    const found = installed.packages[path]
    return path === '' || (found ? found.version === entry.version : !forThisSystem(entry))
  })
}

function ensurePackages() {
  if (packagesAreCurrent()) return
  say('installing the packages of package-lock.json (npm ci) …')
  const npm = /npm-cli\.js$/.test(process.env.npm_execpath || '') ? process.env.npm_execpath : null // else yarn's
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const options = { cwd: root, stdio: ['ignore', 2, 2], shell: windows && !npm }
  const result = npm ? spawnSync(process.execPath, [npm].concat(args), options) : spawnSync('npm', args, options)
  if (result.status !== 0) stop('npm ci failed: see above. It needs the package registry once; then run this again.')
}

const runs = (command) => spawnSync(command, ['--version'], { stdio: 'ignore', shell: windows }).status === 0

/** npm puts node_modules/.bin first in PATH, so the Node that came with the packages is the one that scripts get. */
function ensureNode() {
  if (existsSync(bundledNode)) {
    if (runs(bundledNode)) return bundledNode
    rmSync(bundledNode) // a system it was not built for, such as musl: the machine's own Node has to do
  }
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.execPath
  const how = process.platform === 'darwin' ? 'brew install node@24 && brew link --overwrite --force node@24' : null
  return stop(
    `Nod needs Node ${NODE_MAJOR}; this is ${process.version}, and for ${process.platform}-${process.arch} no npm package brings one.`,
    how ? `Install it: ${how}` : `Install Node ${NODE_MAJOR} from https://nodejs.org/en/download and run this again.`,
  )
}

function newestIn(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestIn(join(path, name))), stat.mtimeMs)
}

/** build.mjs writes dist/complete when everything came out well; a folder's own time tells of removed files. */
function buildIsCurrent() {
  const complete = at('dist', 'complete')
  const sources = ['extension', 'gateway', 'shared', 'build.mjs', 'package-lock.json'].map((name) => newestIn(at(name)))
  return existsSync(complete) && Math.max(...sources) < statSync(complete).mtimeMs
}

function ensureBuild(node) {
  if (buildIsCurrent()) return
  say('building dist/ …')
  const result = spawnSync(node, ['build.mjs'], { cwd: root, stdio: ['ignore', 2, 2], shell: windows })
  if (result.status !== 0) stop('the build failed: see above.')
}

const needs = process.argv.slice(2)
ensurePackages()
const node = ensureNode()
if (needs.includes('build')) ensureBuild(node)
if (needs.includes('chromium')) ensureChromium()
if (needs.includes('firefox')) ensureFirefox()
if (needs.includes('apache')) offerApache()
if (needs.includes('faults')) offerFaultTools()
