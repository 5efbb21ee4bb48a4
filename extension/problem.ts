/** Failures as data, so that they can cross from the background to a page. The words for them are the page's. */
import type { Outcome, Problem } from './messages.ts'

/** An expected failure on the way to an outcome: thrown inside the background, caught where the answer is made. */
export class Refusal extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.code)
    this.problem = problem
  }
}

/** A GatewayError or a Refusal as a problem; whatever else was thrown is a fault of ours. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Refusal) return error.problem
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return { code: error.code, description: error.message }
  }
  console.error('nod:', error)
  return { code: 'server_error' }
}

export async function outcomeOf(work: Promise<unknown>): Promise<Outcome> {
  try {
    await work
    return { ok: true }
  } catch (error) {
    return { ok: false, problem: toProblem(error) }
  }
}
