/** The organisation's suggestions, as a page of the extension sees them. */
import { useEffect, useState } from 'preact/hooks'
import { browser } from '../browser.ts'
import { type Policy, policyOf } from '../policy.ts'

/** Undefined until it was read. */
export function usePolicy(): Policy | undefined {
  const [policy, setPolicy] = useState<Policy>()
  useEffect(() => {
    // Firefox refuses where nobody has laid down anything.
    const said = browser.storage.managed.get(['gateway', 'sites']).catch(() => ({}))
    void said.then((values) => setPolicy(policyOf(values)))
  }, [])
  return policy
}
