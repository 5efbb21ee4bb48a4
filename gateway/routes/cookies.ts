/**
 * The cookies: a browser signed in to the gateway's own pages, and one that is about to be. Knows their names and flags,
 * not whose they are.
 */
import { deleteCookie, setCookie } from 'hono/cookie'
import { parse } from 'hono/utils/cookie'
import type { Config } from '../config.ts'
import type { Ctx } from './request.ts'

const isSecure = (config: Config): boolean => config.issuer.startsWith('https:')

/** `__Host-` forbids other hosts to set it (RFC 6265bis §4.1.3.2); browsers take the prefix over https only. */
const nameOf = (config: Config, name: 'nod_session' | 'nod_pre_session' = 'nod_session'): string =>
  isSecure(config) ? `__Host-${name}` : name

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

/** Of a browser that has asked for a passkey's challenge; null also for what the gateway can not have set. */
export function readPreSessionCookie(headers: Headers, config: Config): string | null {
  const name = nameOf(config, 'nod_pre_session')
  const value = parse(headers.get('cookie') ?? '', name)[name] ?? ''
  return /^[\w-]{43}$/.test(value) ? value : null
}

export const setPreSessionCookie = (c: Ctx, config: Config, value: string, seconds: number): void =>
  setCookie(c, nameOf(config, 'nod_pre_session'), value, { ...flags(config), maxAge: seconds })

export const clearPreSessionCookie = (c: Ctx, config: Config): void => {
  deleteCookie(c, nameOf(config, 'nod_pre_session'), flags(config))
}
