/** What is drawn in the login page: the code and its state, or the small button it folds into. Holds no secret. */
import { render } from 'preact'
import type { PanelStatus } from '../../shared/client/page-session.ts'
import { Mark } from '../../shared/ui/icon.tsx'
import type { QrDrawing } from '../../shared/ui/qr-matrix.ts'
import { QrPanel } from '../../shared/ui/qr-panel.tsx'
import { QrPicture } from '../../shared/ui/qr-picture.tsx'
import { createTranslate, Text } from '../../shared/ui/text.ts'
import { browser } from '../page-browser.ts'

const t = createTranslate((key) => browser.i18n.getMessage(key))

export interface Shown {
  site: string
  status: PanelStatus
  /** The code of a status that has one. */
  drawing: QrDrawing | undefined
  folded: boolean
}

export interface Actions {
  onAgain(): void
  onFold(folded: boolean): void
}

/** Lets go of all that was drawn: its clocks would tick on in an element that is no longer in the page. */
export const clear = (frame: HTMLElement): void => render(null, frame)

export function draw(frame: HTMLElement, { site, status, drawing, folded }: Shown, { onAgain, onFold }: Actions): void {
  const view = folded ? (
    <button type="button" class="w-fold" title={t('widget_unfold')} onClick={() => onFold(false)}>
      <Mark />
      <span class="w-fold-text">{t('widget_unfold')}</span>
    </button>
  ) : (
    <QrPanel
      status={status}
      site={site}
      code={() => <QrPicture size={drawing?.size ?? 0} path={drawing?.path ?? ''} />}
      onAgain={onAgain}
      onFold={() => onFold(true)}
    />
  )
  frame.lang = t('locale_tag')
  render(<Text.Provider value={t}>{view}</Text.Provider>, frame)
}
