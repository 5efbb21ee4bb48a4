/** How a command with verbs talks to its operator: what is printed where, and which exit code says what. */

/** What is wrong with the command line; told with where to read more. */
export class UsageError extends Error {}

/** Prints to standard output. Returns the exit code of success. */
export function print(text: string): 0 {
  console.log(text)
  return 0
}

/** Runs `work` and tells what it throws. The exit code: 0 done, 1 could not be done, 2 the command line is wrong. */
export async function telling(command: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work()
  } catch (error) {
    const { message, code } = error as { message: string; code?: string }
    const wrong_usage = error instanceof UsageError || String(code).startsWith('ERR_PARSE_ARGS')
    console.error(`nod ${command}: ${plain(message)}${wrong_usage ? `\nSee nod ${command} --help.` : ''}`)
    return wrong_usage ? 2 : 1
  }
}

/** Node adds to an unknown flag how to say what nobody has meant. */
const plain = (message: string): string => message.replace(/^(Unknown option '[^']*')\..*/s, '$1')
