/** punycode.js brings no types of its own; only what is used of it. */
declare module 'punycode.js' {
  const punycode: { toUnicode(host: string): string }
  export default punycode
}
