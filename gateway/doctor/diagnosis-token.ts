/** What shows the gateway that the operator asks: derived from the secret of the database, good for a minute around it. */
import type { Derive } from '../secrets.ts'

/** `moment`: epoch seconds, by the clock of the gateway that is asked. */
export const diagnosisToken = (derive: Derive, moment: number): string =>
  derive('diagnosis', String(Math.floor(moment / 60)))
