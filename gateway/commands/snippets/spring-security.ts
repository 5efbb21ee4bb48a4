/** For Spring Security with Spring Boot: the settings, and the beans for what it does not do unless it is told. */
import type { ClientRow } from '../../store/rows.ts'
import { hasKeys, hasPage, hasSecret, mustPush, type Snippet, scopeOf, secretText } from './snippet.ts'

export const springSecurity: Snippet = {
  title: 'Spring Security (spring-boot-starter-oauth2-client)',
  fits: (client) => hasPage(client) && !hasKeys(client) && !mustPush(client),
  write: (values) => {
    const { issuer, client } = values
    return `${hasSecret(client) ? `# In the environment\nOIDC_CLIENT_SECRET=${secretText(values)}\n\n` : ''}# application.yaml; people sign in at /oauth2/authorization/nod
spring:
  security:
    oauth2:
      client:
        registration:
          nod:
            client-id: "${client.client_id}"
            ${authentication(client)}
            authorization-grant-type: authorization_code
            redirect-uri: "${client.redirect_uris[0]}"
            scope: [${scopeOf(client).replaceAll(' ', ', ')}]
        provider:
          nod:
            issuer-uri: "${issuer}"
            user-name-attribute: sub
${beans(client)}`
  },
}

const authentication = (client: ClientRow): string =>
  hasSecret(client)
    ? `client-secret: "\${OIDC_CLIENT_SECRET}"\n            client-authentication-method: client_secret_basic`
    : 'client-authentication-method: none'

function beans(client: ClientRow): string {
  const { id_token_signed_response_alg: alg, redirect_uris } = client
  const path = new URL(redirect_uris[0]!).pathname
  // Before version 7 it leaves PKCE out for a client that has a secret.
  return `
// In a @Configuration class
@Bean
SecurityFilterChain security(HttpSecurity http, ClientRegistrationRepository clients) throws Exception {
  var requests = new DefaultOAuth2AuthorizationRequestResolver(clients, "/oauth2/authorization");
  requests.setAuthorizationRequestCustomizer(OAuth2AuthorizationRequestCustomizers.withPkce());
  return http
      .authorizeHttpRequests(any -> any.anyRequest().authenticated())
      .oauth2Login(login -> login
          .authorizationEndpoint(endpoint -> endpoint.authorizationRequestResolver(requests))
          .redirectionEndpoint(endpoint -> endpoint.baseUri("${path}")))
      .build();
}
${alg === 'RS256' ? '' : idTokens(alg)}`
}

const idTokens = (alg: string): string => `
@Bean
JwtDecoderFactory<ClientRegistration> idTokens() {
  var factory = new OidcIdTokenDecoderFactory();
  factory.setJwsAlgorithmResolver(client -> SignatureAlgorithm.${alg});
  return factory;
}
`
