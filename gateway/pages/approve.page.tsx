/** `/q#…`: what a phone's camera opens. The address alone claims nothing; this page does, once its person is known. */
import { useEffect, useState } from 'preact/hooks'
import { TICKET } from '../../shared/protocol/ticket.ts'
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { Approval } from './approval.tsx'
import { Frame, mount, Sheet } from './frame.tsx'
import { pickLanguage } from './language.ts'
import { onNewFragment, PageData, readPageData, takeFragment } from './page-data.ts'
import { WithApprover } from './with-approver.tsx'

const { issuer } = readPageData(PageData)

function ApprovePage({ scanned }: { scanned: string }) {
  const t = useText()
  const [request, setRequest] = useState({ ticket: scanned })
  useEffect(() => onNewFragment((ticket) => setRequest({ ticket })), [])
  const enterCode = (
    <a class="nod-button" href="/code">
      {t('page_approve_enter_code')}
    </a>
  )
  return (
    <Frame title={t('page_approve_title')}>
      {TICKET.test(request.ticket) ? (
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
