/** The power goes at many moments of a run (F06): nothing acknowledged is lost, and without fsync it would be. */
import { describe, expect, it } from 'vitest'
import { cutPower } from './power-cut.ts'
import { cannotTrace } from './strace.ts'

const skipped = cannotTrace()
if (skipped) console.warn(`F06 is skipped: ${skipped}`)

const SCALE = { cuts: 80, sign_ins: 12, clients: 4, seed: 1 }

describe.skipIf(skipped)('a power cut', () => {
  it('loses nothing that was acknowledged (F06)', async () => {
    const { lossy, found, acknowledged } = await cutPower(SCALE)
    expect({ lossy, found }).toEqual({ lossy: 0, found: [] })
    expect(acknowledged).toBeGreaterThan(500)
  }, 120_000)

  it('would lose, if the disk were not waited for (F06)', async () => {
    const { lossy, found } = await cutPower({ ...SCALE, control: true })
    expect(lossy).toBeGreaterThan(10)
    expect(found).toContainEqual(expect.stringMatching(/^I2/))
  }, 120_000)
})
