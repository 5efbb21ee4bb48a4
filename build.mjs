// Builds dist/gateway (server, writer thread, hosted pages, <nod-login>), dist/chrome and dist/firefox.
//   node build.mjs            everything, once
//   node build.mjs --watch    and again on each change
// `.css` and `.svg` imported from code become strings; a page of ours has its stylesheets as files beside it.
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import esbuild from 'esbuild'

const BROWSERS = { chrome: 'chrome120', firefox: 'firefox142' }
const PAGES = ['chrome120', 'firefox128', 'safari17']
const EXTENSION_PAGES = ['popup', 'scan', 'options', 'welcome']
const watching = process.argv.includes('--watch')

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  format: 'esm',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.svg': 'text' },
}

/** Keys written `__chrome__x` or `__firefox__x` are kept, without the prefix, for that browser only. */
function forBrowser(value, browser) {
  if (Array.isArray(value)) return value.map((item) => forBrowser(item, browser))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => {
      const tagged = /^__(\w+?)__(.+)$/.exec(key)
      if (tagged && tagged[1] !== browser) return []
      return [[tagged?.[2] ?? key, forBrowser(member, browser)]]
    }),
  )
}

const json = async (path) => JSON.parse(await readFile(path, 'utf8'))

async function extensionFiles(browser) {
  const out = `dist/${browser}`
  const { version } = await json('package.json')
  const manifest = { version, ...forBrowser(await json('extension/manifest.json'), browser) }
  await mkdir(out, { recursive: true })
  await writeFile(`${out}/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`)
  await cp('extension/icons', `${out}/icons`, { recursive: true })
  const { managed_schema } = manifest.storage ?? {}
  if (managed_schema) await cp(`extension/${managed_schema}`, `${out}/${managed_schema}`)
  const shell = await readFile('extension/view/page.html', 'utf8')
  for (const page of EXTENSION_PAGES) await writeFile(`${out}/${page}.html`, shell.replaceAll('PAGE', page))
  for (const file of await readdir('shared/locales')) {
    const messages = Object.entries(await json(`shared/locales/${file}`)).map(([key, message]) => [key, { message }])
    const folder = `${out}/_locales/${file.replace('.json', '')}`
    await mkdir(folder, { recursive: true })
    await writeFile(`${folder}/messages.json`, JSON.stringify(Object.fromEntries(messages), null, 2))
  }
}

async function gatewayFiles() {
  await mkdir('dist/gateway/pages', { recursive: true })
  await cp('gateway/store/migrations', 'dist/gateway/migrations', { recursive: true })
  await cp('extension/icons/48.png', 'dist/gateway/pages/icon.png')
}

/**
 * Preact can be told to set raw HTML. Nod never does, so its copy cannot: set as text, nothing in a page is ever parsed.
 * Fails when there is nothing to take out, so that a new version of Preact is looked at again.
 */
const noRawHtml = {
  name: 'no-raw-html',
  setup: (build) =>
    build.onLoad({ filter: /preact[\\/]dist[\\/]preact\.mjs$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8')
      const contents = code.replace(/\.innerHTML=(\w+)\.__html/g, '.textContent=$1.__html')
      if (contents === code) throw new Error('preact sets raw HTML in another way than before')
      return { contents, loader: 'js' }
    }),
}

const NAMED_TEXTS = 'named-texts'

/**
 * Other people's pages load `<nod-login>`, so it carries of the catalogues only the texts that its code names: it is built
 * once without any, to see which those are.
 */
const namedTexts = {
  name: NAMED_TEXTS,
  setup: async (build) => {
    let code = ''
    build.onStart(async () => {
      const without = {
        name: NAMED_TEXTS,
        setup: (draft) => draft.onLoad(CATALOGUES, () => ({ contents: '{}', loader: 'json' })),
      }
      const plugins = [without, ...build.initialOptions.plugins.filter(({ name }) => name !== NAMED_TEXTS)]
      const draft = await esbuild.build({ ...build.initialOptions, plugins, write: false })
      code = draft.outputFiles[0].text
    })
    build.onLoad(CATALOGUES, async ({ path }) => {
      const named = Object.entries(await json(path)).filter(([key]) => code.includes(`"${key}"`))
      return { contents: JSON.stringify(Object.fromEntries(named)), loader: 'json' }
    })
  },
}
const CATALOGUES = { filter: /locales[\\/]\w+\.json$/ }

/** Stylesheets that are imported become strings, with what they import and as small as those that are files. */
const cssText = {
  name: 'css-text',
  setup: (build) =>
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { target } = build.initialOptions
      const options = { entryPoints: [path], bundle: true, minify: true, target, write: false, metafile: true }
      const { outputFiles, metafile } = await esbuild.build(options)
      return {
        contents: outputFiles[0].text.trim(),
        loader: 'text',
        watchFiles: Object.keys(metafile.inputs).map((file) => resolve(file)),
      }
    }),
}

/** @returns {import('esbuild').BuildOptions} */
const stylesheets = (entryPoints, outdir, target) => ({
  entryPoints,
  outdir,
  target,
  bundle: true,
  minify: true,
  logLevel: 'warning',
})

/** Static files are copied at the end of the build they belong to, so a watcher copies them again too. */
const copying = (copy) => ({
  name: 'copy',
  setup: (build) => build.onEnd(() => copy().catch((error) => ({ errors: [{ text: error.message }] }))),
})

const builds = [
  {
    ...common,
    entryPoints: { main: 'gateway/main.ts', writer: 'gateway/store/writer.ts' },
    outdir: 'dist/gateway',
    platform: 'node',
    target: 'node24',
    packages: 'external',
    splitting: true,
    sourcemap: true,
    plugins: [copying(gatewayFiles)],
  },
  {
    ...common,
    entryPoints: (await readdir('gateway/pages'))
      .filter((f) => f.endsWith('.page.tsx'))
      .map((f) => ({
        in: `gateway/pages/${f}`,
        out: f.replace('.page.tsx', ''),
      })),
    outdir: 'dist/gateway/pages',
    target: PAGES,
    splitting: true,
    minify: true,
    plugins: [noRawHtml],
  },
  stylesheets(['gateway/pages/pages.css'], 'dist/gateway/pages', PAGES),
  {
    ...common,
    entryPoints: ['gateway/pages/element/nod-login.ts'],
    outdir: 'dist/gateway/pages',
    target: PAGES,
    minify: true,
    plugins: [noRawHtml, cssText, namedTexts],
  },
  ...Object.entries(BROWSERS).map(([browser, target]) =>
    stylesheets(
      {
        theme: 'shared/ui/theme.css',
        ...Object.fromEntries(EXTENSION_PAGES.map((page) => [page, `extension/${page}/${page}.css`])),
      },
      `dist/${browser}`,
      target,
    ),
  ),
  ...Object.entries(BROWSERS).map(([browser, target]) => ({
    ...common,
    entryPoints: {
      background: 'extension/background/background.ts',
      widget: 'extension/widget/widget.ts',
      takeover: 'extension/takeover/takeover.ts',
      ...Object.fromEntries(EXTENSION_PAGES.map((page) => [page, `extension/${page}/${page}.tsx`])),
    },
    outdir: `dist/${browser}`,
    format: 'iife',
    target,
    minify: true,
    plugins: [noRawHtml, cssText, copying(() => extensionFiles(browser))],
  })),
]

await rm('dist', { recursive: true, force: true })
if (watching) {
  for (const options of builds) await (await esbuild.context(options)).watch()
  console.log('nod: built; watching for changes')
} else {
  await Promise.all(builds.map((options) => esbuild.build(options)))
  await writeFile('dist/complete', '') // .ci/ready.mjs builds again when a source is newer than this
  console.log('nod: built dist/gateway, dist/chrome and dist/firefox')
}
