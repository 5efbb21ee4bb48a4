// better-auth's device authorization as its documentation sets it up, on better-sqlite3: `node better-auth.mjs PORT FILE`.
// Given the write-ahead log and FULL commits; the interval is 0, since the bench does not sit out the pauses between polls.
import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { deviceAuthorization } from 'better-auth/plugins'
import Database from 'better-sqlite3'

const [port, file] = process.argv.slice(2)
const database = new Database(file)
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')

const auth = betterAuth({
  baseURL: `http://localhost:${port}`,
  secret: 'only for measuring, and of no use to anybody',
  database,
  emailAndPassword: { enabled: true },
  plugins: [deviceAuthorization({ interval: '0s' })],
  rateLimit: { enabled: false },
  logger: { disabled: true },
  telemetry: { enabled: false },
})
await (await getMigrations(auth.options)).runMigrations()
// As behind a proxy that keeps its connections, where Node would end them after 5 s.
createServer({ keepAliveTimeout: 60_000 }, toNodeHandler(auth)).listen(Number(port), '127.0.0.1')
