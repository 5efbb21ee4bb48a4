/**
 * `/authorize` for a browser without the extension: makes the session this page stands for, shows its code, and goes to
 * the site once it is approved. The request in the address was checked by the gateway; here it is only sent again.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import * as v from 'valibot'
import type { PanelStatus } from '../../shared/client/page-session.ts'
import { QrCode } from '../../shared/ui/qr-code.tsx'
import { QrPanel } from '../../shared/ui/qr-panel.tsx'
import { useText } from '../../shared/ui/text.ts'
import { createSession } from './api.ts'
import { Frame, mount } from './frame.tsx'
import { pickLanguage } from './language.ts'
import { PageData, readPageData } from './page-data.ts'
import { type Visit, visit } from './visit.ts'

const data = readPageData(
  v.object({
    ...PageData.entries,
    client: v.object({ client_id: v.string(), name: v.string(), origin: v.nullable(v.string()) }),
    params: v.record(v.string(), v.string()),
  }),
)

/** Shows one session after the other; `again` asks for the next. */
function useSession(): { status: PanelStatus; again(): void } {
  const [status, setStatus] = useState<PanelStatus>({ kind: 'starting' })
  const current = useRef<Visit>(null)

  useEffect(() => {
    const stop = new AbortController()
    const create = (signal: AbortSignal) => createSession(data.params, signal)
    const onRedirect = (url: string) => location.replace(url)
    current.current = visit({ issuer: data.issuer, create, onStatus: setStatus, onRedirect }, stop.signal)
    return () => stop.abort()
  }, [])
  return { status, again: () => current.current?.again() }
}

function AuthorizePage() {
  const t = useText()
  const { status, again } = useSession()
  const { name } = data.client
  return (
    <Frame title={t('qr_title', { site: name })}>
      <QrPanel status={status} site={name} code={(link) => <QrCode link={link} />} onAgain={again} />
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
