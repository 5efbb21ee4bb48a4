/** The parameters of an OAuth request after decoding: single values by name, and which names came more than once. */

export interface Params {
  /** Undefined when it was left out or empty (RFC 6749 §3.1). */
  get(name: string): string | undefined
  /** All that have a value. */
  readonly names: readonly string[]
  readonly repeated: readonly string[]
}

export const paramsOf = (values: Readonly<Record<string, string>>): Params => ({
  get: (name) => (Object.hasOwn(values, name) ? values[name] : undefined),
  names: Object.keys(values),
  repeated: [],
})
