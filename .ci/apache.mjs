// Apache's mod_auth_openidc, a judge of the conformance tests. One more, not a need: where it is not there and cannot be
// installed unasked, its tests are skipped, and that is said.
import { existsSync } from 'node:fs'
import { canInstall, install } from './debian.mjs'
import { say } from './say.mjs'

const MODULE = '/usr/lib/apache2/modules/mod_auth_openidc.so'
/** No service comes with it: this is Apache's program without its set-up. */
const DEBIAN_PACKAGE = 'libapache2-mod-auth-openidc'

export function offerApache() {
  if (existsSync(MODULE)) return
  if (canInstall()) {
    say(`installing ${DEBIAN_PACKAGE} (apt-get) …`)
    if (install([DEBIAN_PACKAGE])) return
  }
  say(`without Debian's ${DEBIAN_PACKAGE} the tests of mod_auth_openidc are skipped.`)
}
