/** The one cookie: a browser signed in to the gateway's own pages. Knows its name and flags, not whose it is. */
import { deleteCookie, setCookie } from 'hono/cookie'
import { parse } from 'hono/utils/cookie'
import type { Config } from '../config.ts'
import type { Ctx } from './request.ts'

const isSecure = (config: Config): boolean => config.issuer.startsWith('https:')

/** `__Host-` forbids other hosts to set it (RFC 6265bis §4.1.3.2); browsers take the prefix over https only. */
const nameOf = (config: Config): string => (isSecure(config) ? '__Host-nod_session' : 'nod_session')

// Strict, and yet a person who follows a link from a site is signed in: the page shell needs no cookie, and what the
// page then fetches from its own origin carries it.
const flags = (config: Config) => ({ path: '/', httpOnly: true, secure: isSecure(config), sameSite: 'Strict' }) as const

export const readSessionCookie = (headers: Headers, config: Config): string | null =>
  parse(headers.get('cookie') ?? '', nameOf(config))[nameOf(config)] || null

/** `seconds`: how long the browser keeps it. */
export const setSessionCookie = (c: Ctx, config: Config, token: string, seconds: number): void =>
  setCookie(c, nameOf(config), token, { ...flags(config), maxAge: seconds })

export const clearSessionCookie = (c: Ctx, config: Config): void => {
  deleteCookie(c, nameOf(config), flags(config))
}
