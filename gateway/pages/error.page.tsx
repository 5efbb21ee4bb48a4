/**
 * What a person sees in place of what a site asked for and cannot have, a sign-in that cannot begin or a sign-out that
 * cannot be done, and what the site's developer needs to mend it.
 */
import * as v from 'valibot'
import { WireErrorBody } from '../../shared/protocol/error-body.ts'
import { errorText } from '../../shared/ui/error-text.ts'
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { Frame, mount, Sheet } from './frame.tsx'
import { pickLanguage } from './language.ts'
import { PageData, readPageData } from './page-data.ts'

const data = readPageData(
  v.object({
    ...PageData.entries,
    ...WireErrorBody.entries,
    /** What was asked for. */
    asked: v.picklist(['sign_in', 'logout']),
    ui_locales: v.optional(v.string()),
  }),
)

/** What nobody can mend by another request: the person is told all there is to tell. */
const BY_POLICY: ReadonlySet<string> = new Set(['network_not_allowed', 'extension_required'])

const WORDS = {
  sign_in: { title: 'page_error_title', hint: 'page_error_hint' },
  logout: { title: 'page_logout_failed', hint: 'page_logout_failed_hint' },
} as const

function ErrorPage() {
  const t = useText()
  const { error, error_description, request_id } = data
  const { title, hint } = WORDS[data.asked]
  const text = error === 'invalid_request_uri' ? t('page_error_used') : errorText(t, error, '')
  return (
    <Frame title={t(title)}>
      <Sheet>
        <Notice tone="bad" title={t(title)}>
          {text || t(hint)}
        </Notice>
        <dl class="nod-rows">
          {!BY_POLICY.has(error) && (
            <div class="nod-row">
              <dt>{t('page_error_code')}</dt>
              <dd>
                <code>{error}</code>
                <span class="nod-remark" lang="en">
                  {error_description}
                </span>
              </dd>
            </div>
          )}
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
