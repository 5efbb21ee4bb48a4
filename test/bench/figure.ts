/** One measured figure of Nod, and the same of others in the same run. What the table, the JSON and the README are made of. */

/** A bound that a figure, or its ratio to somebody else's, is meant to keep. */
export type Target = { least: number } | { most: number }

export interface Beside {
  name: string
  value: number
  /** For Nod's figure divided by this one. */
  target?: Target
}

export interface Figure {
  id: string
  what: string
  unit: string
  value: number
  target?: Target
  beside: Beside[]
}

const keeps = (value: number, target: Target): boolean =>
  'least' in target ? value >= target.least : value <= target.most

const sign = (target: Target): string => ('least' in target ? `≥ ${target.least}` : `≤ ${target.most}`)

/** Three digits say all that a measurement knows. */
const short = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))

/** `≥ 5: yes`, or nothing. */
const judged = (value: number, target: Target | undefined): string =>
  target === undefined ? '' : `${sign(target)} ${keeps(value, target) ? 'yes' : 'NO'}`

/** Lines of columns: what, Nod's figure, beside whom, their figure, the ratio, the target. */
export function rowsOf({ what, unit, value, target, beside }: Figure): string[][] {
  const own = [`${short(value)} ${unit}`.trim(), '', '', '', judged(value, target)]
  const others = beside.map((other) => {
    const ratio = value / other.value
    return [other.name, short(other.value), `${short(ratio)}×`, judged(ratio, other.target)]
  })
  if (others.length === 0 || target) others.unshift(own.slice(1))
  return others.map((row, i) => [i === 0 ? what : '', i === 0 ? own[0]! : '', ...row])
}

export function printed(figures: readonly Figure[]): string {
  const rows = [['figure', 'Nod', 'beside', 'theirs', 'ratio', 'target'], ...figures.flatMap(rowsOf)]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** The value below which this share of them lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
