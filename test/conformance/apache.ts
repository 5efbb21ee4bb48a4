/** Apache with mod_auth_openidc, where the machine has it (.ci/apache.mjs), for one test: its own port, folder and end. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'

const COMMAND = '/usr/sbin/apache2'
const MODULES = '/usr/lib/apache2/modules'

export const hasApache = existsSync(COMMAND) && existsSync(`${MODULES}/mod_auth_openidc.so`)

/** The page at every address of the site; who is signed in stands in its headers. */
const PAGE = 'for members only'

/** `lines` are all that is said about signing in. */
export async function startApache(origin: string, lines: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'nod-apache-'))
  await chmod(folder, 0o755)
  await writeFile(join(folder, 'index.html'), PAGE)
  await writeFile(join(folder, 'apache.conf'), configuration(folder, origin, lines))
  const apache = spawn(COMMAND, ['-f', join(folder, 'apache.conf'), '-DFOREGROUND'], { stdio: 'ignore' })
  const ended = new Promise((done) => apache.once('exit', done))
  onTestFinished(async () => {
    apache.kill()
    await ended
    await rm(folder, { recursive: true })
  })
  const listens = () =>
    fetch(origin).then(
      () => '',
      () => readFile(join(folder, 'error.log'), 'utf8').catch(() => 'silent'),
    )
  await expect.poll(listens, { timeout: 10_000 }).toBe('')
}

const load = (name: string): string => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`

const configuration = (folder: string, origin: string, lines: string): string => `
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
ServerName ${origin}
Listen 127.0.0.1:${new URL(origin).port}
${['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'auth_openidc', 'headers', 'dir'].map(load).join('\n')}
# Root only opens the files; others ignore this.
User www-data
Group www-data
DocumentRoot ${folder}
FallbackResource /index.html
Header always set Signed-In-As "expr=%{REMOTE_USER}"
Header always set Signed-In-Sub "expr=%{reqenv:OIDC_CLAIM_sub}"
${lines}
`
