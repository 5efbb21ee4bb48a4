/** The organisation's suggestions, as a page of the extension sees them. */
import { useEffect, useState } from 'preact/hooks'
import { type Policy, readPolicy } from '../policy.ts'

/** Undefined until it was read. */
export function usePolicy(): Policy | undefined {
  const [policy, setPolicy] = useState<Policy>()
  useEffect(() => {
    void readPolicy().then(setPolicy)
  }, [])
  return policy
}
