/** How a page of the extension asks the background for something. The answer says only whether it worked. */
import { browser } from '../browser.ts'
import type { Outcome, RequestInput, RequestName } from '../messages.ts'

/** Never rejects: a worker that died before it answered is an outcome too. */
export async function ask<N extends RequestName>(name: N, input: RequestInput<N>): Promise<Outcome> {
  const interrupted: Outcome = { ok: false, problem: { code: 'interrupted' } }
  try {
    const outcome: Outcome | undefined = await browser.runtime.sendMessage({ name, input })
    return outcome ?? interrupted
  } catch {
    return interrupted
  }
}
