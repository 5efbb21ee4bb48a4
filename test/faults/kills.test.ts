/** A gateway that is killed again and again while people sign in (F01). At full scale: `npm run faults -- --kills 2000`. */
import { expect, it } from 'vitest'
import { killAtRandom } from './kills.ts'

it('loses nothing that it acknowledged and does nothing twice, killed at random under load (F01)', async () => {
  const { lost, broken, acknowledged, sign_ins } = await killAtRandom({ kills: 6, clients: 8, seed: 1 })
  expect({ lost, broken }).toEqual({ lost: [], broken: [] })
  expect(acknowledged).toBeGreaterThan(50)
  expect(sign_ins).toBeGreaterThan(5)
}, 180_000)
