/** A stylesheet that is imported is its text; the build's loader makes it so. */
declare module '*.css' {
  const text: string
  export default text
}
