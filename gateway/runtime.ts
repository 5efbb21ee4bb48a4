/** Whether this Node can run the gateway; on an older one the database driver crashes instead of saying why. */

/** The oldest major version of Node with everything that is used. */
const NODE_FLOOR = 24

/** What is wrong and what to do, or null. */
export function checkRuntime(version = process.versions.node): string | null {
  if (Number.parseInt(version, 10) >= NODE_FLOOR) return null
  return `needs Node ${NODE_FLOOR} or newer, this is ${version}. Start it with \`npm run nod -- …\`, which brings its own, or install Node ${NODE_FLOOR}.`
}
