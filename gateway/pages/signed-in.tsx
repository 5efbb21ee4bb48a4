/**
 * For pages that are somebody's: finds out who is signed in here, lets a person sign in, and again where a change asks for
 * it, and out. What it is that they see is the children's business.
 */
import { type ComponentChildren, Fragment } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Me } from '../../shared/protocol/messages.ts'
import { Notice } from '../../shared/ui/notice.tsx'
import { useText } from '../../shared/ui/text.ts'
import { me, signOut } from './api.ts'
import { Sheet, Waiting } from './frame.tsx'
import { hasCode, messageOf } from './message.ts'
import { SignInForm } from './sign-in-form.tsx'

type State =
  | { kind: 'loading' }
  /** `again`: who has to prove once more that it is them. */
  | { kind: 'out'; again?: Me }
  /** `visit`: counts the times that somebody was found in; with each of them the children begin anew. */
  | { kind: 'in'; me: Me; visit: number }
  | { kind: 'failed'; message: string }

export interface Person {
  me: Me
  signOut(everywhere?: boolean): Promise<void>
  /** A change takes a sign-in of the last minutes. */
  signInAgain(): void
  /** The gateway no longer knows this browser: looks who it is now. */
  onLost(): void
}

interface SignedInProps {
  title: string
  lead: string
  /** True: the page goes elsewhere, and shows nothing more of its own. */
  goesOn?(me: Me): boolean
  children(person: Person): ComponentChildren
}

export function SignedIn({ title, lead, goesOn, children }: SignedInProps) {
  const t = useText()
  const [state, setState] = useState<State>({ kind: 'loading' })
  const visits = useRef(0)
  const fail = (error: unknown) => setState({ kind: 'failed', message: messageOf(t, error) })

  async function look() {
    try {
      const found = await me()
      if (!goesOn?.(found)) setState({ kind: 'in', me: found, visit: ++visits.current })
    } catch (error) {
      if (hasCode(error, 'sign_in_required')) setState({ kind: 'out' })
      else fail(error)
    }
  }

  async function leave(everywhere = false) {
    try {
      await signOut(everywhere)
      setState({ kind: 'out' })
    } catch (error) {
      if (hasCode(error, 'sign_in_required')) setState({ kind: 'out' })
      else fail(error)
    }
  }

  useEffect(() => void look(), [])
  switch (state.kind) {
    case 'loading':
      return <Waiting text={t('page_loading')} />
    case 'failed':
      return (
        <Sheet>
          <Notice tone="bad" title={state.message} action={{ label: t('try_again'), onAct: look }} />
        </Sheet>
      )
    case 'out':
      return (
        <Sheet title={title} lead={state.again ? t('error_fresh_sign_in_required') : lead}>
          <SignInForm username={state.again?.username ?? ''} onSignedIn={look} />
          {state.again && (
            <button type="button" class="nod-link" onClick={look}>
              {t('back')}
            </button>
          )}
        </Sheet>
      )
    case 'in': {
      const { me, visit } = state
      const signInAgain = () => setState({ kind: 'out', again: me })
      return <Fragment key={visit}>{children({ me, signOut: leave, signInAgain, onLost: look })}</Fragment>
    }
  }
}
