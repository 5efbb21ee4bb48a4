/**
 * `/logout` without a proof of who asks: the person says whether this browser is signed out of the gateway. What a site
 * can prove has ended before this page is shown, which then only says so. Leads on to the site's own address if there is one.
 */
import { useEffect, useState } from 'preact/hooks'
import * as v from 'valibot'
import type { Me } from '../../shared/protocol/messages.ts'
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { me, signOut } from './api.ts'
import { Frame, mount, Sheet, Waiting } from './frame.tsx'
import { pickLanguage } from './language.ts'
import { hasCode, messageOf } from './message.ts'
import { PageData, readPageData } from './page-data.ts'

const data = readPageData(
  v.object({
    ...PageData.entries,
    /** Whether there is something to ask; else it has been done. */
    ask: v.boolean(),
    site: v.nullable(v.string()),
    redirect_to: v.nullable(v.string()),
    ui_locales: v.optional(v.string()),
  }),
)

type State =
  | { kind: 'loading' }
  | { kind: 'asking'; me: Me; busy: boolean }
  | { kind: 'nobody' }
  | { kind: 'out' }
  | { kind: 'kept' }
  | { kind: 'failed'; message: string }

function LogoutPage() {
  const t = useText()
  const [state, setState] = useState<State>({ kind: 'loading' })

  async function look() {
    if (!data.ask) return setState({ kind: 'out' })
    try {
      setState({ kind: 'asking', me: await me(), busy: false })
    } catch (error) {
      setState(
        hasCode(error, 'sign_in_required') ? { kind: 'nobody' } : { kind: 'failed', message: messageOf(t, error) },
      )
    }
  }

  async function leave(who: Me) {
    setState({ kind: 'asking', me: who, busy: true })
    try {
      await signOut()
      if (data.redirect_to !== null) return location.replace(data.redirect_to)
      setState({ kind: 'out' })
    } catch (error) {
      setState({ kind: 'failed', message: messageOf(t, error) })
    }
  }

  useEffect(() => void look(), [])
  return <Frame title={t('page_sign_out')}>{contentOf(state)}</Frame>

  function contentOf(now: State) {
    const host = location.host
    switch (now.kind) {
      case 'loading':
        return <Waiting text={t('page_loading')} />
      case 'failed':
        return (
          <Sheet>
            <Notice tone="bad" title={now.message} action={{ label: t('try_again'), onAct: look }} />
          </Sheet>
        )
      case 'asking': {
        const title = data.site === null ? t('page_logout_ask') : t('page_logout_ask_site', { site: data.site })
        return (
          <Sheet title={title} lead={t('page_logout_hint', { host, account: now.me.username })}>
            <div class="nod-answers">
              <button type="button" class="nod-button" disabled={now.busy} onClick={() => setState({ kind: 'kept' })}>
                {t('page_logout_no')}
              </button>
              <button
                type="button"
                class="nod-button nod-button-primary"
                disabled={now.busy}
                onClick={() => leave(now.me)}
              >
                {t('page_sign_out')}
              </button>
            </div>
          </Sheet>
        )
      }
      case 'nobody':
        return ending('info', t('page_logout_done'), t('page_logout_nobody_hint', { host }))
      case 'out':
        return ending('good', t('page_logout_done'), t('page_done_close'))
      case 'kept':
        return ending('info', t('page_logout_kept'), t('page_done_close'))
    }
  }

  function ending(tone: 'good' | 'info', title: string, text: string) {
    return (
      <Sheet>
        <Notice tone={tone} title={title}>
          {text}
        </Notice>
        {data.redirect_to !== null && data.site !== null && (
          <a class="nod-link" href={data.redirect_to}>
            {t('page_authorize_back', { site: data.site })}
          </a>
        )}
      </Sheet>
    )
  }
}

mount(pickLanguage(data.ui_locales), <LogoutPage />)
