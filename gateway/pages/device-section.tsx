/** The devices that may approve for who is signed in, this browser marked; any of them can be taken away at once. */
import { useEffect, useId, useState } from 'preact/hooks'
import type { Device } from '../../shared/protocol/messages.ts'
import { type Translate, useText } from '../../shared/ui/text.ts'
import { devices, removeDevice } from './api.ts'
import { addedAndUsed } from './day.ts'
import { messageOf } from './message.ts'

interface DeviceSectionProps {
  /** This browser was taken away: it is signed out now. */
  onSignedOut(): void
}

export function DeviceSection({ onSignedOut }: DeviceSectionProps) {
  const t = useText()
  const id = useId()
  const [known, setKnown] = useState<readonly Device[]>([])
  const [problem, setProblem] = useState('')

  async function look() {
    try {
      setKnown(await devices())
    } catch (error) {
      setProblem(messageOf(t, error))
    }
  }

  async function remove({ device_id, this_device }: Device) {
    setProblem('')
    try {
      await removeDevice(device_id)
      if (this_device) onSignedOut()
      else await look()
    } catch (error) {
      setProblem(messageOf(t, error))
    }
  }

  useEffect(() => void look(), [])
  return (
    <section class="nod-section" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`} class="nod-section-title">
        {t('page_devices')}
      </h3>
      {known.length === 0 && <p class="nod-page-lead">{t('page_devices_none')}</p>}
      <ul class="nod-list">
        {known.map((device) => (
          <li key={device.device_id} class="nod-list-item">
            <div>
              <p>{device.name}</p>
              <p class="nod-remark">{remark(t, device)}</p>
            </div>
            <button
              type="button"
              class="nod-link"
              aria-label={t('page_remove_named', { name: device.name })}
              onClick={() => remove(device)}
            >
              {t('page_remove')}
            </button>
          </li>
        ))}
      </ul>
      <p class="nod-error" role="alert">
        {problem}
      </p>
    </section>
  )
}

const remark = (t: Translate, device: Device): string =>
  device.this_device ? t('page_device_this') : addedAndUsed(t, device)
