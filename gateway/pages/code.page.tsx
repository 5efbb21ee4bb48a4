/** `/code`, `/code#WDJB-MJHT`: for who cannot scan. The fragment fills the field; only its person presses the button. */
import { useEffect, useState } from 'preact/hooks'
import { CodeEntry } from '../../shared/ui/code-entry.tsx'
import { Icon } from '../../shared/ui/icon.tsx'
import { useText } from '../../shared/ui/text.ts'
import { Approval } from './approval.tsx'
import { Frame, mount, Sheet } from './frame.tsx'
import { pickLanguage } from './language.ts'
import { onNewFragment, PageData, readPageData, takeFragment } from './page-data.ts'
import { WithApprover } from './with-approver.tsx'

const { issuer } = readPageData(PageData)

function CodePage({ given }: { given: string }) {
  const t = useText()
  const [value, setValue] = useState(given)
  const [request, setRequest] = useState<{ user_code: string } | null>(null)
  const enter = (code: string) => {
    setValue(code)
    setRequest(null)
  }
  useEffect(() => onNewFragment(enter), [])
  const again = (
    <button type="button" class="nod-button" onClick={() => enter('')}>
      {t('page_approve_enter_code')}
    </button>
  )
  return (
    <Frame title={t('page_code_title')}>
      <WithApprover issuer={issuer}>
        {(ready) =>
          request ? (
            <Approval {...ready} request={request} otherwise={again} />
          ) : (
            <Sheet title={t('page_code_title')} lead={t('page_code_lead')}>
              <CodeEntry key={value} busy={false} value={value} onSubmit={(user_code) => setRequest({ user_code })} />
              <p class="nod-warning">
                <Icon name="warn" />
                <span>{t('page_code_warning')}</span>
              </p>
            </Sheet>
          )
        }
      </WithApprover>
    </Frame>
  )
}

mount(pickLanguage(), <CodePage given={takeFragment()} />)
