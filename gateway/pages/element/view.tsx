/** What `<nod-login>` draws: the panel once there is a session, and until then what the site wrote inside of it. */
import { render } from 'preact'
import type { PanelStatus } from '../../../shared/client/page-session.ts'
import { QrCode } from '../../../shared/ui/qr-code.tsx'
import { QrPanel } from '../../../shared/ui/qr-panel.tsx'
import { Text, type Translate } from '../../../shared/ui/text.ts'

export interface Shown {
  site: string
  status: PanelStatus
}

export function draw(root: ShadowRoot, shown: Shown | null, t: Translate, onAgain: () => void): void {
  const panel = shown && (
    <Text.Provider value={t}>
      <div lang={t('locale_tag')}>
        <QrPanel status={shown.status} site={shown.site} code={(link) => <QrCode link={link} />} onAgain={onAgain} />
      </div>
    </Text.Provider>
  )
  render(panel ?? <slot />, root)
}
