/** What a person sees in place of a sign-in that cannot begin, and what the site's developer needs to mend it. */
import * as v from 'valibot'
import { WireErrorBody } from '../../shared/protocol/messages.ts'
import { errorText } from '../../shared/ui/error-text.ts'
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { Frame, mount, Sheet } from './frame.tsx'
import { pickLanguage } from './language.ts'
import { PageData, readPageData } from './page-data.ts'

const data = readPageData(
  v.object({ ...PageData.entries, ...WireErrorBody.entries, ui_locales: v.optional(v.string()) }),
)

function ErrorPage() {
  const t = useText()
  const { error, error_description, request_id } = data
  const text = error === 'invalid_request_uri' ? t('page_error_used') : errorText(t, error, '')
  return (
    <Frame title={t('page_error_title')}>
      <Sheet>
        <Notice tone="bad" title={t('page_error_title')}>
          {text || t('page_error_hint')}
        </Notice>
        <dl class="nod-rows">
          <div class="nod-row">
            <dt>{t('page_error_code')}</dt>
            <dd>
              <code>{error}</code>
              <span class="nod-remark" lang="en">
                {error_description}
              </span>
            </dd>
          </div>
          {request_id && (
            <div class="nod-row">
              <dt>{t('page_error_request')}</dt>
              <dd>
                <code>{request_id}</code>
              </dd>
            </div>
          )}
        </dl>
      </Sheet>
    </Frame>
  )
}

mount(pickLanguage(data.ui_locales), <ErrorPage />)
