/**
 * The log: one JSON line an event, allow-listed fields only. The one door to pino. Secrets, codes, tickets and tokens
 * never reach it; ids of sessions and accounts are shortened to a hash that can be compared but not used.
 */
import pino from 'pino'
import type { Config } from './config.ts'
import { hash } from './secrets.ts'

/** What a line may say beside its message. */
export interface Fields {
  request_id?: string
  method?: string
  route?: string
  status?: number
  /** Milliseconds. */
  took?: number
  code?: string
  detail?: string
  session?: string
  account?: string
  client_id?: string
  address?: string
  signal?: string
  data?: string
}

export interface Log {
  debug(message: string, fields?: Fields): void
  info(message: string, fields?: Fields): void
  warn(message: string, fields?: Fields): void
  error(message: string, fields?: Fields): void
}

const shorten = ({ session, account, ...rest }: Fields): Fields => ({
  ...rest,
  ...(session !== undefined && { session: hash(session).slice(0, 10) }),
  ...(account !== undefined && { account: hash(account).slice(0, 10) }),
})

export function createLog(level: Config['log_level']): Log {
  const out = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  )
  const at =
    (severity: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: Fields = {}) =>
      out[severity](shorten(fields), message)
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
