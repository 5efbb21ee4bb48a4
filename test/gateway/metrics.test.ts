/** What an operator's Prometheus reads, and that nobody else can. */
import { describe, expect, it } from 'vitest'
import { issuedCode, redeem, redemption } from './codes.ts'
import { person, site, waitingPage } from './people.ts'
import { startTestGateway } from './support.ts'

describe('the metrics', () => {
  it('count sign-ins, answers and refusals, and name nobody', async () => {
    const gateway = await startTestGateway({ NOD_METRICS_LISTEN: '127.0.0.1:0' })
    const client = await site(gateway)
    const ada = await person(gateway)
    expect((await redeem(gateway, redemption(client, await issuedCode(gateway, client, ada)))).status).toBe(200)
    expect((await gateway.fetch('/v1/me')).status).toBe(401)

    const answer = await fetch(`http://127.0.0.1:${gateway.metrics_port}/metrics`)
    expect(answer.headers.get('content-type')).toContain('text/plain')
    const text = await answer.text()
    for (const state of ['pending', 'claimed', 'approved', 'redeemed'])
      expect(text).toContain(`nod_sessions_total{state="${state}"} 1\n`)
    expect(text).toMatch(/nod_http_request_seconds_count\{method="POST",route="\/token",status="200"\} 1\n/)
    expect(text).toMatch(/nod_refusals_total\{error="sign_in_required"\} 1\n/)
    expect(text).toMatch(/nod_waiting 0\n/)
    expect(text).toContain('process_cpu_seconds_total')
    for (const secret of [ada.sub, ada.username, client.client_id]) expect(text).not.toContain(secret)
  })

  it('count an answer that was held once, with the time it was held', async () => {
    const gateway = await startTestGateway({ NOD_METRICS_LISTEN: '127.0.0.1:0' })
    const page = await waitingPage(gateway, await site(gateway))
    expect((await page.wait('?after=1&wait=1')).status).toBe(200)
    const text = await (await fetch(`http://127.0.0.1:${gateway.metrics_port}/metrics`)).text()
    const labels = 'method="GET",route="/v1/sessions/:id",status="200"'
    expect(text).toContain(`nod_http_request_seconds_count{${labels}} 1\n`)
    expect(text).toContain(`nod_http_request_seconds_bucket{le="0.5",${labels}} 0\n`)
  })

  it('are on their own address only, and nowhere unless asked for', async () => {
    const gateway = await startTestGateway({ NOD_METRICS_LISTEN: '127.0.0.1:0' })
    expect((await gateway.fetch('/metrics')).status).toBe(404)
    const other = await fetch(`http://127.0.0.1:${gateway.metrics_port}/v1/sites`)
    expect(other.status).toBe(404)
    expect((await startTestGateway()).metrics_port).toBeNull()
  })

  it('say which setting is to be changed when their address is taken', async () => {
    const gateway = await startTestGateway()
    await expect(startTestGateway({ NOD_METRICS_LISTEN: `127.0.0.1:${gateway.port}` })).rejects.toThrow(
      /in use.*NOD_METRICS_LISTEN/,
    )
  })
})
