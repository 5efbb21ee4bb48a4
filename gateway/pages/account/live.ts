/**
 * What the account's page shows, kept the same as the gateway's: one watch says that there is something new, and each list
 * is then read again. Draws nothing.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Page, watchAccount } from '../../../shared/client/account.ts'
import type { Liveness } from '../../../shared/client/follow.ts'
import type { AccountView } from '../../../shared/protocol/account.ts'

/** Null until the first view is there. `onLost`: the gateway says that this browser is signed in no more. */
export function useAccount(issuer: string, onLost: () => void): { view: AccountView | null; liveness: Liveness } {
  const [view, setView] = useState<AccountView | null>(null)
  const [liveness, setLiveness] = useState<Liveness>('connecting')
  const lost = useRef(onLost)
  lost.current = onLost
  useEffect(() => {
    const gone = new AbortController()
    const onRefused = () => {
      if (!gone.signal.aborted) lost.current()
    }
    watchAccount({ issuer, device_token: null }, { onView: setView, onLiveness: setLiveness, onRefused }, gone.signal)
    return () => gone.abort()
  }, [issuer])
  return { view, liveness }
}

export type Listed<T> =
  | { kind: 'loading' }
  | { kind: 'failed'; error: unknown }
  | { kind: 'there'; items: readonly T[]; more: boolean }

export interface LiveList<T> {
  listed: Listed<T>
  again(): void
  /** One page more. */
  showMore(): void
}

/**
 * Reads the list with each new `version`, as many pages of it as were asked for; what comes while it is being read makes it
 * be read once more. What is shown stays when a later reading fails: the watch says that the gateway is away.
 */
export function useLiveList<T>(version: number | null, readPage: (before?: string) => Promise<Page<T>>): LiveList<T> {
  const [listed, setListed] = useState<Listed<T>>({ kind: 'loading' })
  const [pages, setPages] = useState(1)
  const [turn, setTurn] = useState(0)
  const read = useRef(readPage)
  read.current = readPage

  useEffect(() => {
    if (version === null) return
    const outdated = new AbortController()
    const show = (next: (now: Listed<T>) => Listed<T>) => {
      if (!outdated.signal.aborted) setListed(next)
    }
    readAll(read.current, pages, outdated.signal).then(
      (there) => show(() => ({ kind: 'there', ...there })),
      (error) => show((now) => (now.kind === 'there' ? now : { kind: 'failed', error })),
    )
    return () => outdated.abort()
  }, [version, pages, turn])

  const again = () => {
    setListed({ kind: 'loading' })
    setTurn((count) => count + 1)
  }
  return { listed, again, showMore: () => setPages((count) => count + 1) }
}

async function readAll<T>(readPage: (before?: string) => Promise<Page<T>>, pages: number, signal: AbortSignal) {
  const items: T[] = []
  let before: string | undefined
  for (let page = 1; page <= pages && !signal.aborted; page++) {
    const read = await readPage(before)
    items.push(...read.items)
    before = read.next
    if (before === undefined) break
  }
  return { items, more: before !== undefined }
}

/** A list that comes whole. */
export const whole = async <T>(reading: Promise<T[]>): Promise<Page<T>> => ({ items: await reading })
