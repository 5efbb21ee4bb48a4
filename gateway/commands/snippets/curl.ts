/** For a shell: the whole sign-in by hand, to see what a library does. The browser's part stays the person's. */
import type { ClientRow } from '../../store/rows.ts'
import {
  hasKeys,
  hasPage,
  hasSecret,
  mustPush,
  type Snippet,
  type SnippetValues,
  scopeOf,
  secretText,
  shellQuoted,
} from './snippet.ts'

export const curl: Snippet = {
  title: 'curl (and openssl)',
  fits: (client) => (hasPage(client) || client.device_grant) && !hasKeys(client) && client.initiator !== 'extension',
  write: (values) => (hasPage(values.client) ? codeFlow(values) : deviceFlow(values)),
}

/** How a member of a flat JSON answer is read without another tool. */
const MEMBER = `member() { sed -n 's/.*"'"$1"'":"\\{0,1\\}\\([^",}]*\\).*/\\1/p'; }`

const who = (client: ClientRow): string =>
  hasSecret(client) ? '-u "$client_id:$client_secret"' : '-d "client_id=$client_id"'

function settings(values: SnippetValues): string {
  const { issuer, client } = values
  const secret = hasSecret(client) ? [`client_secret=${shellQuoted(secretText(values))}`] : []
  return [`issuer=${shellQuoted(issuer)}`, `client_id=${shellQuoted(client.client_id)}`, ...secret, MEMBER].join('\n')
}

function codeFlow(values: SnippetValues): string {
  const { client } = values
  const [redirect_uri = ''] = client.redirect_uris
  const query = new URLSearchParams({ response_type: 'code', redirect_uri, scope: scopeOf(client) })
  return `# Save it as nod.sh and run: sh nod.sh
${settings(values)}
verifier=$(openssl rand -hex 32)
challenge=$(printf %s "$verifier" | openssl dgst -sha256 -binary | openssl base64 -A | tr '+/' '-_' | tr -d '=')

# 1. Open this in a browser and sign in.
${mustPush(client) ? pushed(client, query) : opened(query)}

# 2. Paste the code out of the address the browser comes back to; it is good for a minute.
read -r code
tokens=$(curl -sS "$issuer/token" ${who(client)} -d grant_type=authorization_code -d "code=$code" \\
  --data-urlencode ${shellQuoted(`redirect_uri=${redirect_uri}`)} -d "code_verifier=$verifier")
echo "$tokens"

# 3. Who it is.
curl -sS "$issuer/userinfo" -H "Authorization: Bearer $(echo "$tokens" | member access_token)"
`
}

const opened = (query: URLSearchParams): string =>
  `echo "$issuer/authorize?${query}&client_id=$client_id&code_challenge=$challenge&code_challenge_method=S256"`

/** RFC 9126: the request goes ahead, and the address has only a reference to it. */
const pushed = (client: ClientRow, query: URLSearchParams): string =>
  `pushed=$(curl -sS "$issuer/pushed_authorization_request" ${who(client)} -d ${shellQuoted(query.toString())} \\
  -d "code_challenge=$challenge" -d code_challenge_method=S256)
echo "$issuer/authorize?client_id=$client_id&request_uri=$(echo "$pushed" | member request_uri)"`

const deviceFlow = (values: SnippetValues): string => `${settings(values)}
begun=$(curl -sS "$issuer/device_authorization" ${who(values.client)} -d ${shellQuoted(`scope=${deviceScope(values.client)}`)})

# 1. Open this, on any device, and approve.
echo "$begun" | member verification_uri_complete

# 2. Each poll waits until there is an answer.
while tokens=$(curl -sS "$issuer/token" ${who(values.client)} \\
    -d grant_type=urn:ietf:params:oauth:grant-type:device_code -d "device_code=$(echo "$begun" | member device_code)")
do
  case $(echo "$tokens" | member error) in
    authorization_pending) sleep "$(echo "$begun" | member interval)" ;;
    slow_down) sleep 6 ;;
    *) break ;;
  esac
done
echo "$tokens"

# 3. Who it is.
curl -sS "$issuer/userinfo" -H "Authorization: Bearer $(echo "$tokens" | member access_token)"
`

const deviceScope = (client: ClientRow): string =>
  client.device_offline_access ? scopeOf(client) : scopeOf({ ...client, offline_access: false })
