// node-oidc-provider's device flow on better-sqlite3: `node oidc-provider.mjs PORT FILE ALG`. Its own development pages do
// for signing in once; from then on its session and grant answer, as for an approver who is signed in.
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import Database from 'better-sqlite3'
import Provider from 'oidc-provider'
import { sqliteAdapter } from './sqlite-adapter.mjs'

const [port, file, alg] = process.argv.slice(2)
const database = new Database(file)
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')

const jwk = (type, options) => generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' })

const provider = new Provider(`http://localhost:${port}`, {
  adapter: sqliteAdapter(database),
  clients: [
    {
      client_id: 'bench',
      client_secret: 'only-for-measuring',
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: alg,
    },
  ],
  jwks: {
    keys: [
      { ...jwk('ec', { namedCurve: 'P-256' }), alg: 'ES256', use: 'sig' },
      { ...jwk('rsa', { modulusLength: 2048 }), alg: 'RS256', use: 'sig' },
    ],
  },
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'] },
  conformIdTokenClaims: false,
  cookies: { keys: ['only for measuring'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: 'Bench', preferred_username: id }),
  }),
  features: { deviceFlow: { enabled: true }, devInteractions: { enabled: true } },
})
// As behind a proxy that keeps its connections, where Node would end them after 5 s.
createServer({ keepAliveTimeout: 60_000 }, provider.callback()).listen(Number(port), '127.0.0.1')
