/**
 * The mitigations of RFC 10027 §6.1, all of them in its order, and what Nod says of each. Whether that is so is for the
 * tests to say: those that show it have the section in their name, as in "(RFC 10027 §6.1.3)".
 */

interface Mitigation {
  name: string
  /** `partly`: in some flows, or for clients that ask for it. */
  claimed: 'yes' | 'partly' | 'no'
  /** What is done, or why it is not. */
  says: string
}

export const MITIGATIONS: readonly Mitigation[] = [
  {
    name: 'Establish proximity',
    claimed: 'partly',
    says: 'Scanning the tab with the extension proves that page and device are one browser: its origin must be the site’s or the gateway’s. On the camera path nothing proves it: the card says whether the networks and the countries are the same.',
  },
  {
    name: 'Short-lived or time-bound codes',
    claimed: 'yes',
    says: 'The picture turns every 30 seconds with 10 of grace; typed letters live as long as the session, 3 minutes (10 for a device grant).',
  },
  {
    name: 'One-time or limited-use codes',
    claimed: 'yes',
    says: 'One account takes a session, and with that every picture there was is dead for good. An authorization code is redeemed once.',
  },
  {
    name: 'Unique codes',
    claimed: 'yes',
    says: 'Each is random and its own. One that is presented again and again, by several accounts or on foreign pages, ends its session and warns the page.',
  },
  {
    name: 'Content filtering',
    claimed: 'no',
    says: 'Nod sends no messages and sees none. Whoever filters mail for its people can go by the issuer: all links of codes begin with it.',
  },
  {
    name: 'Detect and remediate',
    claimed: 'yes',
    says: 'Relayed codes are refused and recorded. “This was not me”, a code that comes twice and a removed account end the tokens and tell the site by back-channel logout; introspection says so from then on.',
  },
  {
    name: 'Trusted devices',
    claimed: 'partly',
    says: 'Approving takes a device key that was enrolled by a fresh sign-in, always. Starting takes a linked extension, or the site’s own server, where the operator says so (`--initiator`).',
  },
  {
    name: 'Trusted networks',
    claimed: 'partly',
    says: 'Where the operator says so (`--allowed-network`), for the page that asks and the device that answers.',
  },
  {
    name: 'Limited scopes',
    claimed: 'yes',
    says: 'No more than was asked for, than the client may have (`--scope`), and than the card has shown. Nothing that lasts unless the operator says so, for a device grant by name.',
  },
  {
    name: 'Short-lived tokens',
    claimed: 'yes',
    says: 'An id_token lives 5 minutes, an access token an hour. Refresh tokens are off unless the operator says so, spent by each use, and over after 30 days without one or 90 days at all.',
  },
  {
    name: 'Rate limits',
    claimed: 'yes',
    says: 'Codes by network and by client, claims by account and by network, wrong letters by account, by network and in all.',
  },
  {
    name: 'Sender-constrained tokens',
    claimed: 'no',
    says: 'Access tokens are bearer tokens (no DPoP, no mutual TLS); all they open is userinfo. Codes and refresh tokens are bound to their client, by PKCE and by its credentials.',
  },
  {
    name: 'User education',
    claimed: 'partly',
    says: 'At the moment it counts and no other: where letters are typed, the page says never to enter letters that somebody sent. Campaigns are the operator’s.',
  },
  {
    name: 'User experience',
    claimed: 'yes',
    says: 'The card says who asks, from which verified origin, browser, network and place, how old the request is and what is shared. Deny is as near as approve, and closing decides nothing.',
  },
  {
    name: 'Authenticate-then-initiate',
    claimed: 'partly',
    says: 'Where the operator says so (`--initiator extension`): only a browser that is linked to an account starts, and only this account can approve.',
  },
  {
    name: 'Request initiation verification',
    claimed: 'yes',
    says: 'Two digits that the page alone shows are typed on the device: who does not have the page before them has nothing to type. One try. A client may ask for a tap or a passkey in their place.',
  },
  {
    name: 'Request binding with out-of-band data',
    claimed: 'partly',
    says: 'A site that knows its person sends an `id_token_hint`: no other account can take the request. Nothing is asked of people beforehand.',
  },
]
