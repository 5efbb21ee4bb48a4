/**
 * The `claims` parameter (OpenID Connect Core §5.5), as far as it can forbid: an essential `acr` that cannot be given, and
 * a `sub` that alone may answer. Claims that it merely asks for are not given, and the parameter is not advertised.
 */
import * as v from 'valibot'
import type { ErrorCode } from '../shared/protocol/errors.ts'

const Claim = v.nullable(
  v.object({
    essential: v.optional(v.boolean()),
    value: v.optional(v.unknown()),
    values: v.optional(v.array(v.unknown())),
  }),
)
/** One account or none: a request that insists on something else would be taken for one that insists on nobody. */
const Subject = v.nullable(
  v.object({
    essential: v.optional(v.boolean()),
    value: v.optional(v.string()),
    values: v.optional(v.never()),
  }),
)
const Claims = v.object({
  id_token: v.optional(v.object({ acr: v.optional(Claim), sub: v.optional(Subject) })),
  userinfo: v.optional(v.object({ sub: v.optional(Subject) })),
})

/** `given`: the one context class that is ever given. `sub`: the account the request insists on. */
export function readClaims(
  text: string | undefined,
  given: string,
): { ok: true; sub?: string } | { ok: false; reason: ErrorCode } {
  if (text === undefined) return { ok: true }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Claims), text)
  if (!parsed.success) return { ok: false, reason: 'invalid_request' }
  const { id_token, userinfo } = parsed.output
  const wanted = [id_token?.acr?.value, ...(id_token?.acr?.values ?? [])].filter((value) => value !== undefined)
  if (id_token?.acr?.essential && wanted.length > 0 && !wanted.includes(given))
    return { ok: false, reason: 'unmet_authentication_requirements' }
  const subs = new Set([id_token?.sub?.value, userinfo?.sub?.value].filter((sub) => sub !== undefined))
  if (subs.size > 1) return { ok: false, reason: 'invalid_request' }
  const [sub] = subs
  return { ok: true, ...(sub !== undefined && { sub }) }
}
