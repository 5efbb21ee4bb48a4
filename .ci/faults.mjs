// What the fault lab breaks things with: strace, and libfaketime for clocks. One more, not a need: where they are not
// there and cannot be installed unasked, those of its tests are skipped, and that is said.
import { spawnSync } from 'node:child_process'
import { canInstall, install } from './debian.mjs'
import { say } from './say.mjs'

const DEBIAN_PACKAGES = ['strace', 'faketime']

const isThere = (command) => !spawnSync(command, ['--version'], { stdio: 'ignore' }).error

export function offerFaultTools() {
  if (DEBIAN_PACKAGES.every(isThere)) return
  if (canInstall()) {
    say(`installing ${DEBIAN_PACKAGES.join(' and ')} (apt-get) …`)
    if (install(DEBIAN_PACKAGES)) return
  }
  say(`without ${DEBIAN_PACKAGES.join(' and ')} the faults of disks and clocks are skipped.`)
}
