/** `/link#…`: lets an extension answer for a person, who has just proved to be them and compares the words first. */
import { useEffect, useState } from 'preact/hooks'
import type { LinkOffer, Me } from '../../shared/protocol/messages.ts'
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { answerLink, linkOffer, me } from './api.ts'
import { Frame, mount, Sheet, Waiting } from './frame.tsx'
import { pickLanguage } from './language.ts'
import { LinkCard } from './link-card.tsx'
import { hasCode, messageOf } from './message.ts'
import { takeFragment } from './page-data.ts'
import { SignInForm } from './sign-in-form.tsx'

/** The gateway takes a sign-in of five minutes; who is asked here still needs some of them to answer. */
const FRESH_SECONDS = 240

type State =
  | { kind: 'no_id' }
  | { kind: 'loading' }
  | { kind: 'signing_in' }
  | { kind: 'asking'; offer: LinkOffer; me: Me; busy: boolean }
  | { kind: 'answered'; offer: LinkOffer; me: Me; accepted: boolean }
  | { kind: 'failed'; message: string }

function LinkPage({ link_id }: { link_id: string }) {
  const t = useText()
  const [state, setState] = useState<State>({ kind: link_id === '' ? 'no_id' : 'loading' })

  function failed(error: unknown) {
    const sign_in = hasCode(error, 'sign_in_required', 'fresh_sign_in_required')
    setState(sign_in ? { kind: 'signing_in' } : { kind: 'failed', message: messageOf(t, error) })
  }

  async function look() {
    setState({ kind: 'loading' })
    try {
      const offer = await linkOffer(link_id)
      const person = await me()
      const fresh = offer.now - (person.signed_in_at ?? 0) < FRESH_SECONDS
      setState(fresh ? { kind: 'asking', offer, me: person, busy: false } : { kind: 'signing_in' })
    } catch (error) {
      failed(error)
    }
  }

  async function answer(asking: { offer: LinkOffer; me: Me }, given: 'accept' | 'refuse') {
    setState({ ...asking, kind: 'asking', busy: true })
    try {
      const { state: end } = await answerLink(link_id, given)
      setState({ ...asking, kind: 'answered', accepted: end === 'accepted' })
    } catch (error) {
      failed(error)
    }
  }

  useEffect(() => {
    if (link_id !== '') void look()
  }, [])
  return <Frame title={t('page_link_title')}>{contentOf(state)}</Frame>

  function contentOf(now: State) {
    switch (now.kind) {
      case 'no_id':
        return (
          <Sheet>
            <Notice tone="info" title={t('page_link_no_id')}>
              {t('page_link_no_id_hint')}
            </Notice>
          </Sheet>
        )
      case 'loading':
        return <Waiting text={t('page_loading')} />
      case 'signing_in':
        return (
          <Sheet title={t('page_link_title')} lead={t('page_link_lead')}>
            <SignInForm onSignedIn={look} />
          </Sheet>
        )
      case 'asking':
        return <LinkCard offer={now.offer} me={now.me} busy={now.busy} onAnswer={(given) => answer(now, given)} />
      case 'answered':
        return (
          <Sheet>
            <div role="status">
              <Notice
                tone={now.accepted ? 'good' : 'bad'}
                title={t(now.accepted ? 'page_link_accepted' : 'page_link_refused')}
              >
                {now.accepted
                  ? t('page_link_accepted_hint', { name: now.offer.name, account: now.me.username })
                  : t('page_link_refused_hint')}{' '}
                {t('page_done_close')}
              </Notice>
            </div>
          </Sheet>
        )
      case 'failed':
        return (
          <Sheet>
            <div role="status">
              <Notice tone="bad" title={now.message} />
            </div>
          </Sheet>
        )
    }
  }
}

mount(pickLanguage(), <LinkPage link_id={takeFragment()} />)
