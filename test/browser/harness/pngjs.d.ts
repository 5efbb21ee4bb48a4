/** As much of pngjs, which comes without types, as the tests use. */
declare module 'pngjs' {
  export const PNG: { sync: { read(file: Buffer): { width: number; height: number; data: Buffer } } }
}
