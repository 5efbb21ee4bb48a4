/**
 * How requests arrive behind whatever stands before the gateway: whether it runs on this very database, and whether it
 * knows the addresses people come from. Asks the running gateway, through its public address.
 */
import * as v from 'valibot'
import type { Config } from '../config.ts'
import { request } from '../outbound.ts'
import type { Derive } from '../secrets.ts'
import { diagnosisToken } from './diagnosis-token.ts'
import { type Finding, fault, well } from './finding.ts'

const CHECK = 'proxy'

const Seen = v.object({ remote: v.string(), trusted: v.boolean(), forwarded_for: v.nullable(v.string()) })
type Seen = v.InferOutput<typeof Seen>

/** `moment`: epoch seconds by the gateway's clock. */
export async function checkProxy(config: Config, derive: Derive, moment: number): Promise<Finding[]> {
  const { issuer, data } = config
  const headers = { authorization: `Bearer ${diagnosisToken(derive, moment)}` }
  const { status, text } = await request(`${issuer}/v1/diagnosis`, { headers, most_bytes: 4096 })
  const seen = v.safeParse(v.pipe(v.string(), v.parseJson(), Seen), text)
  if (status !== 200 || !seen.success)
    return [
      fault(
        'database',
        `the gateway at ${issuer} does not run on the database in ${data}`,
        'set NOD_DATA for this command to the folder of the running gateway, or stop the gateway that should not run',
      ),
    ]
  return [well('database', `the gateway at ${issuer} runs on the database in ${data}`), forwarding(issuer, seen.output)]
}

function forwarding(issuer: string, { remote, trusted, forwarded_for }: Seen): Finding {
  if (forwarded_for === null) {
    if (issuer.startsWith('http:')) return well(CHECK, `requests come from ${remote} without a proxy`)
    return fault(
      CHECK,
      `requests come from ${remote}, which says nothing of whom it speaks for, so all people seem to be in one place`,
      'let the proxy that speaks https set X-Forwarded-For to the address of who called it',
    )
  }
  if (trusted) return well(CHECK, `requests come through ${remote}, which is trusted to say from where`)
  return fault(
    CHECK,
    `X-Forwarded-For arrives from ${remote}, which is not trusted, so all people seem to be there and share its limits`,
    `set NOD_TRUSTED_PROXIES=${remote} (if that is your proxy) and start the gateway again`,
  )
}
