/** The gateway under test by the machine's own clock: libraries that check times take no other. */
import { systemClock } from '../../gateway/clock.ts'
import { startTestGateway, type TestGateway } from '../gateway/support.ts'

interface Settings {
  /** More NOD_* settings. */
  settings?: Record<string, string>
  /** Folder of a gateway that is to go on. */
  data?: string
}

export const startInRealTime = ({ settings = {}, data }: Settings = {}): Promise<TestGateway> =>
  startTestGateway(settings, {
    clock: {
      ...systemClock(),
      advance() {
        throw new Error('this clock is the machine’s')
      },
    },
    ...(data !== undefined && { data }),
  })
