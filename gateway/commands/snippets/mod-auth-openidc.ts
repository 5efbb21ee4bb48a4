/** For Apache's mod_auth_openidc: a whole site behind Nod, without a line of code in it. */
import { randomSecret } from '../../secrets.ts'
import type { ClientRow } from '../../store/rows.ts'
import { hasKeys, hasPage, hasSecret, mustPush, type Snippet, scopeOf, secretText } from './snippet.ts'

export const modAuthOpenidc: Snippet = {
  title: 'mod_auth_openidc (a2enmod auth_openidc)',
  fits: (client) => hasPage(client) && !hasKeys(client) && !mustPush(client),
  write: (values) => {
    const { issuer, client } = values
    const alg = client.id_token_signed_response_alg
    return `OIDCProviderMetadataURL ${issuer}/.well-known/openid-configuration
OIDCClientID ${client.client_id}
${hasSecret(client) ? `OIDCClientSecret ${secretText(values)}\nOIDCProviderTokenEndpointAuth client_secret_basic` : 'OIDCProviderTokenEndpointAuth none'}
OIDCScope "${scopeOf(client)}"
OIDCPKCEMethod S256
${alg === 'RS256' ? '' : `OIDCIDTokenSignedResponseAlg ${alg}\n`}# On the site itself and below the Location; no page of it may be there.
OIDCRedirectURI ${client.redirect_uris[0]}
# Made for this print; it protects the module's own cookies.
OIDCCryptoPassphrase ${randomSecret()}
OIDCRemoteUserClaim ${scopeOf(client).includes('profile') ? 'preferred_username' : 'sub'}

<Location "/">
  AuthType openid-connect
  Require valid-user
</Location>
${startLines(client)}`
  },
}

/** Unless told, the module answers 401 to what is no navigation. */
const startLines = ({ start_uri }: ClientRow): string =>
  start_uri === null
    ? ''
    : `
# The extension starts a sign-in from here without leaving the login page.
<Location "${new URL(start_uri).pathname}">
  OIDCUnAuthAction auth true
</Location>
`
