/**
 * Whether the issuer's address leads to this gateway, from the network this command runs in: the name, the certificate,
 * what stands before the gateway, and what it says of itself (OpenID Connect Discovery §4.3).
 */
import * as v from 'valibot'
import type { Config } from '../config.ts'
import { type Answer, request } from '../outbound.ts'
import { type Finding, fault, well } from './finding.ts'

const CHECK = 'issuer'
const MOST_BYTES = 64 * 1024

const Metadata = v.object({ issuer: v.string() })

export interface IssuerChecked {
  findings: Finding[]
  /** What came back, where something did that can be gone by further. */
  answer: Answer | null
}

export async function checkIssuer(config: Config): Promise<IssuerChecked> {
  const { issuer } = config
  let answer: Answer
  try {
    answer = await request(`${issuer}/.well-known/openid-configuration`, { most_bytes: MOST_BYTES })
  } catch (error) {
    return { findings: [unreachable(config, (error as Error).message)], answer: null }
  }
  const found = wrongAnswer(config, answer) ?? well(CHECK, `${issuer} is reached, and says that it is ${issuer}`)
  return { findings: [found], answer: found.ok ? answer : null }
}

/** Mends by what Node says of a failed connection; the first that fits. */
function unreachable({ issuer, host, port }: Config, reason: string): Finding {
  const name = new URL(issuer).hostname
  const mends: [RegExp, string][] = [
    [
      /ECONNREFUSED/,
      `start the gateway (nod serve); where a proxy stands before it, let that listen at ${issuer} and pass on to http://${host}:${port}`,
    ],
    [/ENOTFOUND|EAI_AGAIN/, `give ${name} an address in DNS, or set NOD_ISSUER to the name that has one`],
    [/CERT_HAS_EXPIRED/, `renew the certificate of ${name}`],
    [/ALTNAME/, `the certificate is for another name: get one for ${name}, or set NOD_ISSUER to its name`],
    [
      /SELF_SIGNED|UNABLE_TO|CERT|SSL|TLS/,
      `let ${name} send a certificate that others trust, with all that stand between it and its root`,
    ],
    [/5 seconds|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/, `open the way to ${issuer} in firewalls and routers`],
  ]
  const mend = mends.find(([sign]) => sign.test(reason))?.[1] ?? `see that ${issuer} can be opened from here`
  return fault(CHECK, `${issuer} cannot be reached: ${reason}`, mend)
}

function wrongAnswer({ issuer, host, port }: Config, { status, headers, text }: Answer): Finding | null {
  if (status >= 300 && status < 400) {
    const to = headers.get('location') ?? 'nowhere'
    return fault(
      CHECK,
      `${issuer} redirects to ${to}, and libraries do not follow`,
      'set NOD_ISSUER to the address that answers by itself, and register it with the sites',
    )
  }
  if (status >= 502 && status <= 504)
    return fault(
      CHECK,
      `what stands before the gateway answers ${status}`,
      `start the gateway (nod serve) and let the proxy pass on to http://${host}:${port}`,
    )
  if (status !== 200)
    return fault(
      CHECK,
      `${issuer}/.well-known/openid-configuration answers ${status}`,
      `let all paths of ${issuer} be passed on to http://${host}:${port}, unchanged`,
    )
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Metadata), text)
  if (!parsed.success)
    return fault(
      CHECK,
      `what answers at ${issuer} is no OpenID Connect provider`,
      `let ${issuer} be passed on to http://${host}:${port}, or set NOD_ISSUER to the gateway’s own address`,
    )
  const said = parsed.output.issuer
  if (said === issuer) return null
  return fault(
    CHECK,
    `what answers at ${issuer} says that it is ${said}`,
    `set NOD_ISSUER to the same for the gateway and for this command, and to what sites use: ${issuer} or ${said}`,
  )
}
