/** `nod backup` under load, and a gateway started from it elsewhere (F23). */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Gateway } from '../demo/gateway.ts'
import { readFiles } from './files.ts'
import { enrolAll, type Lab, openLab, REDIRECT_URI } from './lab.ts'
import { openPage, type Page, VERIFIER } from './page.ts'
import { type Plan, signIn } from './sign-in.ts'

const PLAN: Plan = { grant: 'code', way: 'poll', rival: false, answer: 'approve', revoke: false }

const read = async (lab: Lab, path: string, headers: Record<string, string>) => {
  const answer = await fetch(lab.issuer + path, { headers })
  return { status: answer.status, body: answer.ok ? ((await answer.json()) as Record<string, unknown>) : {} }
}

const viewOf = async (lab: Lab, { session_id, poll_secret }: Page) =>
  (await read(lab, `/v1/sessions/${session_id}`, { authorization: `Bearer ${poll_secret}` })).body

async function redeem(lab: Lab, code: string): Promise<string> {
  const fields = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER }
  const answer = await fetch(`${lab.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ ...lab.site, ...fields }),
  })
  return `${answer.status} ${((await answer.json()) as { error?: string }).error}`
}

it('makes a backup under load from which another gateway starts afresh (F23)', async () => {
  await using lab = await openLab()
  expect(await signIn(lab, 'before', PLAN)).toBe(true)
  const spent = lab.history.sightings.find(({ code }) => code !== null)!.code!
  const { access_token } = lab.history.exchanges.find(({ op }) => op === 'redeem')!.told
  const [approver] = lab.approvers

  // One of each that is under way: pending, claimed, and approved with its code not yet redeemed.
  const open = async () => (await openPage(lab, 'waits', 'code', 'poll'))!
  const [pending, claimed, approved] = [await open(), await open(), await open()]
  await approver.claim({ ticket: await claimed.ticket() })
  const claim = await approver.claim({ ticket: await approved.ticket() })
  const { match_number } = (await approved.sees((view) => view.match_number !== undefined))!
  await approver.approve(claim, match_number)
  const { redirect_to, epoch } = (await approved.sees((view) => view.redirect_to !== undefined))!
  const code = new URL(redirect_to!).searchParams.get('code')!

  let over = false
  const busy = Array.from({ length: 4 }, async (_, i) => {
    while (!over) await signIn(lab, `client ${i}`, PLAN)
  })
  const file = join(lab.data, 'the.backup')
  expect(await lab.gateway.nod(['backup', file])).toContain('signing keys')
  over = true
  await Promise.all(busy)
  for (const page of [pending, claimed, approved]) page.close()
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(existsSync(`${file}.part`)).toBe(false)
  const made = readFileSync(file)
  await expect(lab.gateway.nod(['backup', file])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there already'),
  })
  expect(readFileSync(file).equals(made)).toBe(true)
  await lab.gateway.stop()

  const data = join(lab.data, 'elsewhere')
  await mkdir(data)
  await copyFile(file, join(data, 'nod.db'))
  await using end = new AsyncDisposableStack()
  const gateway = new Gateway({ port: lab.port, data, settings: { NOD_LIMITS: 'off' } })
  end.defer(() => gateway.stop('SIGKILL'))
  await gateway.start()

  for (const page of [pending, claimed, approved])
    expect(await viewOf(lab, page)).toMatchObject({ state: 'expired', epoch: expect.not.stringMatching(epoch) })
  expect(await viewOf(lab, approved)).not.toHaveProperty('redirect_to')
  expect(await redeem(lab, code)).toBe('400 invalid_grant')
  for (const { headers } of lab.approvers) expect((await read(lab, '/v1/me', headers)).status).toBe(401)
  // Who was signed in at a site still is, and what was spent for it stays spent.
  const bearer = { authorization: `Bearer ${access_token}` }
  expect((await read(lab, '/userinfo', bearer)).status).toBe(200)
  expect(await redeem(lab, spent)).toBe('400 invalid_grant')
  const again: Lab = { ...lab, gateway, approvers: await enrolAll(lab.issuer) }
  expect(await signIn(again, 'after', PLAN)).toBe(true)
  await gateway.stop()

  const files = readFiles(join(data, 'nod.db'))
  expect(files.integrity).toBe('ok')
  expect(files.epoch).not.toBe(epoch)
  // Started from once more, it is another database again: its versions begin where this one's may have gone on.
  const second = join(lab.data, 'once-more.db')
  await copyFile(file, second)
  expect(readFiles(second).epoch).toBe('')
}, 180_000)
