/** Waiting pages and a gateway that is killed and started again (F07). At full scale: `npm run faults -- --pages 2000`. */
import { expect, it } from 'vitest'
import { storm } from './restart-storm.ts'

it('is found again by every waiting page within five seconds, and tells what was decided before (F07)', async () => {
  const { pages, recovered, approved, told, delays } = await storm({ pages: 100, approvals: 10 })
  expect({ recovered, told }).toEqual({ recovered: pages, told: approved })
  expect(Math.max(...delays)).toBeLessThan(5000)
}, 180_000)
