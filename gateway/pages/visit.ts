/**
 * The sessions of one page, one after the other: made, followed, canceled when the page goes away, and made anew when it
 * comes back from the browser's cache. Holds the page's secrets, so that no view has to; draws nothing.
 */
import { GatewayError } from '../../shared/client/call.ts'
import { cancelSession, followSession, type PanelStatus } from '../../shared/client/page-session.ts'
import type { SessionCreated } from '../../shared/protocol/session-messages.ts'

export interface VisitOptions {
  issuer: string
  /** Makes a session; rejects with a GatewayError, which becomes the status `failed`. */
  create(signal: AbortSignal): Promise<SessionCreated>
  onStatus(status: PanelStatus): void
  /** Approved: where the page goes now. */
  onRedirect(url: string): void
}

export interface Visit {
  /** A new session in place of the one there is. */
  again(): void
}

/** What is still open at the gateway, and would be waited for in vain. */
const OPEN: ReadonlySet<PanelStatus['kind']> = new Set(['scan', 'released', 'claimed', 'starting'])

/** Begins at once, and lasts until the signal ends it. */
export function visit({ issuer, create, onStatus, onRedirect }: VisitOptions, signal: AbortSignal): Visit {
  let leave = () => {}

  function again(): void {
    leave()
    const left = new AbortController()
    let open: SessionCreated | null = null
    leave = () => {
      left.abort()
      if (open) cancelSession(issuer, open.session_id, open.poll_secret)
      open = null
    }
    const tell = (status: PanelStatus): void => {
      if (!OPEN.has(status.kind)) open = null
      onStatus(status)
    }
    tell({ kind: 'starting' })
    create(left.signal)
      .then((created) => {
        if (left.signal.aborted) return
        open = created
        followSession(issuer, created, { onStatus: tell, onRedirect }, left.signal)
      })
      .catch((error) => {
        if (!left.signal.aborted) tell(failedStatus(error))
      })
  }

  addEventListener('pagehide', () => leave(), { signal })
  // A page that comes back from the browser's cache has lost its session, and shows a new one.
  addEventListener('pageshow', ({ persisted }) => persisted && again(), { signal })
  signal.addEventListener('abort', () => leave())
  again()
  return { again }
}

function failedStatus(error: unknown): PanelStatus {
  if (!(error instanceof GatewayError)) throw error
  return { kind: 'failed', code: error.code, description: error.message, retry: true }
}
