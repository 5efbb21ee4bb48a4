/** What the demo says once everything runs: what to open and what to click, with and without the extension. */
import { resolve } from 'node:path'

export interface Scene {
  issuer: string
  shop: string
  username: string
  password: string
}

const EXTENSION = resolve(import.meta.dirname, '../../dist/chrome')

const withWindows = ({ shop }: Scene): string => `
Two windows are open. The left one is at the shop's login page, the right one is linked and can approve.
  1. Left: the QR code is in the page.
  2. Right: click the Nod icon, choose "Enter a code or a link", and type the letters below the QR code.
  3. Look at who asks, type the number that the left window now shows, and approve.
     The left window is signed in to ${shop}.`

const byHand = ({ issuer, shop, username, password }: Scene): string => `
Without the extension, in two browsers (a private window is a second one):
  1. First: open ${shop}/login and click "Sign in with Nod".
  2. Second: open ${issuer}/code and sign in as ${username} with ${password}. It asks whether this browser may approve
     from now on: "Use this browser". Then enter the letters below the QR code.
  3. Look at who asks, type the number that the first browser now shows, and approve.
  ${shop}/login/element is a login page that has the code in it: one element of HTML.

With the extension, in two profiles of Chrome or Chromium (or let \`npm run demo -- --browsers\` do it):
  1. Both: chrome://extensions, Developer mode, Load unpacked: ${EXTENSION}
  2. Both: in the page that opens, the gateway is ${issuer}. The browser asks whether it may be reached.
  3. First: switch on the shop in its third step and open ${shop}/login. The QR code is in the page.
  4. Second: link this browser in its second step. In the tab that opens sign in as ${username}, see that both show the
     same words, and press "They match". Then click the Nod icon, choose "Enter a code or a link", type the letters below
     the QR code (or scan it with the camera), type the number that the first one now shows, and approve.
  Firefox takes the one beside it: about:debugging, This Firefox, Load Temporary Add-on, dist/firefox/manifest.json.`

export const instructions = (scene: Scene, wish: { keep: boolean; browsers: boolean }): string => `
Nod is up.
  shop     ${scene.shop}
  gateway  ${scene.issuer}
  account  ${scene.username}, password ${scene.password}
${wish.browsers ? withWindows(scene) : byHand(scene)}

${wish.keep ? 'Everything is kept in data/demo.' : 'Nothing is kept (use -- --keep for that).'} Ctrl-C ends it.`
