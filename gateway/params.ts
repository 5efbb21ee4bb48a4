/** The parameters of an OAuth request after decoding: single values by name, and which names came more than once. */

export interface Params {
  /** Undefined when it was left out or empty (RFC 6749 §3.1). */
  get(name: string): string | undefined
  readonly repeated: readonly string[]
}
