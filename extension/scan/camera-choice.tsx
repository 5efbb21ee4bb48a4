/** Which of several cameras; what is chosen is remembered by who is told of it. */
import { useId } from 'preact/hooks'
import { useText } from '../../shared/ui/text.ts'
import type { Camera } from './camera.ts'

interface CameraChoiceProps {
  cameras: readonly Camera[]
  current: string
  onChoose(device_id: string): void
}

export function CameraChoice({ cameras, current, onChoose }: CameraChoiceProps) {
  const t = useText()
  const id = useId()
  return (
    <div class="x-choice">
      <label for={id}>{t('scan_camera')}</label>
      <select id={id} class="nod-input" value={current} onChange={(event) => onChoose(event.currentTarget.value)}>
        {cameras.map(({ device_id, name }, index) => (
          <option key={device_id} value={device_id}>
            {name || t('scan_camera_unnamed', { number: index + 1 })}
          </option>
        ))}
      </select>
    </div>
  )
}
