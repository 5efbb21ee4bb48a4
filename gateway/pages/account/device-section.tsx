/** The devices that may approve for who is signed in, this browser marked; any of them can be taken away at once. */
import { devicesOf } from '../../../shared/client/account.ts'
import { DeviceRow } from '../../../shared/ui/rows.tsx'
import { useText } from '../../../shared/ui/text.ts'
import { TwoStep } from '../../../shared/ui/two-step.tsx'
import { removeDevice } from '../api.ts'
import { useChange } from './change.ts'
import { useLiveList, whole } from './live.ts'
import { LiveRows, type PartProps, Section } from './section.tsx'

export function DeviceSection({ issuer, person, version }: PartProps) {
  const t = useText()
  const list = useLiveList(version, () => whole(devicesOf({ issuer, device_token: null })))
  const { busy, problem, change } = useChange(person.signInAgain)

  /** This browser is signed out by it, which the watch then says. */
  const remove = (device_id: string) => change(() => removeDevice(device_id).then(() => undefined))

  return (
    <Section id="devices" title={t('account_devices')} lead={t('account_devices_lead')} problem={problem}>
      <LiveRows list={list} empty={t('account_devices_none')}>
        {(device) => (
          <DeviceRow key={device.device_id} device={device}>
            <TwoStep
              label={t('remove')}
              name={device.name}
              sure={t(device.this_device ? 'remove_this_sure' : 'remove_sure')}
              busy={busy}
              onSure={() => void remove(device.device_id)}
            />
          </DeviceRow>
        )}
      </LiveRows>
    </Section>
  )
}
