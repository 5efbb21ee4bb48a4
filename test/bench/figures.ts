/** What is said of many measurements: the middle, and what few are beyond. */

/** `waits` in milliseconds, in any order. */
export function figures(waits: readonly number[]): string {
  const sorted = [...waits].sort((a, b) => a - b)
  const at = (share: number): string => `${(sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)} ms`
  return `median ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}`
}
