/** What the bench asks of everyone it measures: signing people in as fast as it can, or keeping pages waiting. */
import type { Server } from '../servers/server.ts'

/** Pending polls that a person who takes 15 s costs a server that is polled every 5 s (RFC 8628 §3.5). */
export const PENDING_POLLS = 3

export interface SignsIn {
  readonly name: string
  readonly server: Server
  /** One complete sign-in; `actor` does one at a time. Rejects when a step is not answered as it must be. */
  signIn(actor: number): Promise<void>
  stop(): Promise<void>
}

/** A page that waits, by whatever transport. */
export interface Page {
  /** Approves it and resolves with the milliseconds from sending the approval until the page was told. */
  approve(): Promise<number>
  close(): void
}

export interface KeepsWaiting {
  readonly name: string
  readonly server: Server
  /** Resolves when the page waits. */
  open(): Promise<Page>
  stop(): Promise<void>
}
