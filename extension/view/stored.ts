/** What is kept, as a page of the extension sees it: read once, and again with each change. */
import { useEffect, useState } from 'preact/hooks'
import { type Key, onChange, read, type Stored } from '../state.ts'

/** Undefined until it was first read. */
export function useStored<K extends Key>(key: K): Stored<K> | undefined {
  const [value, setValue] = useState<Stored<K>>()
  useEffect(() => {
    const gone = new AbortController()
    const look = async () => {
      const found = await read(key)
      if (!gone.signal.aborted) setValue(() => found)
    }
    onChange((changed) => {
      if (changed === key) void look()
    }, gone.signal)
    void look()
    return () => gone.abort()
  }, [key])
  return value
}
