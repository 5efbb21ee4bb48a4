/** What a check of `nod doctor` says: a fact that is well, or a fault with its mend. */
export interface Finding {
  /** What was looked at, in a word. */
  check: string
  ok: boolean
  said: string
  /** What to do about it; only of a fault. */
  mend?: string
}

export const well = (check: string, said: string): Finding => ({ check, ok: true, said })
export const fault = (check: string, said: string, mend: string): Finding => ({ check, ok: false, said, mend })
