// How the commands that prepare a machine speak: short lines on stderr.

export const say = (line) => console.error(`nod: ${line}`)

/** Ends the process. What cannot be got is said with its mend; nothing is skipped in silence. @returns {never} */
export function stop(...lines) {
  lines.forEach(say)
  process.exit(1)
}
