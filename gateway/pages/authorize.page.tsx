/**
 * `/authorize` for a browser without the extension: makes the session this page stands for, shows its code, and goes to
 * the site once it is approved. The request in the address was checked by the gateway; here it is only sent again.
 */
import { useEffect, useState } from 'preact/hooks'
import * as v from 'valibot'
import { GatewayError } from '../../shared/client/call.ts'
import { cancelSession, followSession, type PanelStatus } from '../../shared/client/page-session.ts'
import { QrPanel } from '../../shared/ui/qr-panel.tsx'
import { useText } from '../../shared/ui/text.ts'
import { createSession } from './api.ts'
import { Frame, mount } from './frame.tsx'
import { pickLanguage } from './language.ts'
import { PageData, readPageData } from './page-data.ts'

const data = readPageData(
  v.object({
    ...PageData.entries,
    client: v.object({ client_id: v.string(), name: v.string(), origin: v.nullable(v.string()) }),
    params: v.record(v.string(), v.string()),
  }),
)

/** Shows one session after the other; `again` asks for the next. Leaving the page cancels what is still open. */
function useSession(): { status: PanelStatus; again(): void } {
  const [status, setStatus] = useState<PanelStatus>({ kind: 'starting' })
  const [turn, setTurn] = useState(0)
  const again = () => setTurn((before) => before + 1)

  useEffect(() => {
    const stop = new AbortController()
    let cancel = () => {}
    const onStatus = (next: PanelStatus) => {
      if (next.kind !== 'scan' && next.kind !== 'claimed' && next.kind !== 'starting') cancel = () => {}
      setStatus(next)
    }
    const onRedirect = (url: string) => location.replace(url)
    setStatus({ kind: 'starting' })
    createSession(data.params, stop.signal)
      .then((created) => {
        cancel = () => cancelSession(data.issuer, created.session_id, created.poll_secret)
        followSession(data.issuer, created, { onStatus, onRedirect }, stop.signal)
      })
      .catch((error) => {
        if (!stop.signal.aborted) setStatus(failedStatus(error))
      })
    const leave = () => {
      stop.abort()
      cancel()
    }
    // A page that comes back from the browser's cache has lost its session, and shows a new one.
    const back = (event: PageTransitionEvent) => {
      if (event.persisted) again()
    }
    addEventListener('pagehide', leave)
    addEventListener('pageshow', back)
    return () => {
      removeEventListener('pagehide', leave)
      removeEventListener('pageshow', back)
      leave()
    }
  }, [turn])
  return { status, again }
}

function failedStatus(error: unknown): PanelStatus {
  if (!(error instanceof GatewayError)) throw error
  return { kind: 'failed', code: error.code, description: error.message, retry: true }
}

function AuthorizePage() {
  const t = useText()
  const { status, again } = useSession()
  const { name } = data.client
  return (
    <Frame title={t('qr_title', { site: name })}>
      <QrPanel status={status} site={name} onAgain={again} />
      {status.kind === 'denied' && status.redirect_to !== undefined && (
        <p class="nod">
          <a class="nod-link" href={status.redirect_to}>
            {t('page_authorize_back', { site: name })}
          </a>
        </p>
      )}
    </Frame>
  )
}

mount(pickLanguage(data.params.ui_locales), <AuthorizePage />)
