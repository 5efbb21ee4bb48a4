/**
 * `/q#…`: what a phone's camera opens, and where an extension sends its person who needs a passkey for a claim that the
 * account holds. The address alone claims nothing; this page does, once its person is known, or the browser's extension.
 */
import { useEffect, useState } from 'preact/hooks'
import { TICKET } from '../../shared/protocol/ticket.ts'
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { Approval } from './approval.tsx'
import { Frame, mount, Sheet } from './frame.tsx'
import { pickLanguage } from './language.ts'
import { onNewFragment, PageData, readPageData, takeFragment } from './page-data.ts'
import { TakenOver, useTakeover } from './taken-over.tsx'
import { WithApprover } from './with-approver.tsx'

const { issuer } = readPageData(PageData)

/** A claim's id is no secret: it opens the claim for who holds it and for nobody else. */
const CLAIM_ID = /^[\w-]{22}$/

const requestOf = (fragment: string): { ticket: string } | { claim_id: string } | null =>
  TICKET.test(fragment) ? { ticket: fragment } : CLAIM_ID.test(fragment) ? { claim_id: fragment } : null

function ApprovePage({ scanned }: { scanned: string }) {
  const t = useText()
  const [request, setRequest] = useState(() => requestOf(scanned))
  const takeover = useTakeover()
  const [here, setHere] = useState(false)
  useEffect(
    () =>
      onNewFragment((fragment) => {
        setRequest(requestOf(fragment))
        setHere(false)
      }),
    [],
  )
  const enterCode = (
    <a class="nod-button" href="/code">
      {t('page_approve_enter_code')}
    </a>
  )
  return (
    <Frame title={t('page_approve_title')}>
      {request && 'ticket' in request && takeover !== null && !here ? (
        <TakenOver takeover={takeover} onHere={() => setHere(true)} />
      ) : request ? (
        <WithApprover issuer={issuer}>
          {(ready) => <Approval {...ready} request={request} otherwise={enterCode} />}
        </WithApprover>
      ) : (
        <Sheet>
          <Notice tone="info" title={t('page_approve_no_code')}>
            {t('page_approve_no_code_hint')}
          </Notice>
          {enterCode}
        </Sheet>
      )}
    </Frame>
  )
}

mount(pickLanguage(), <ApprovePage scanned={takeFragment()} />)
