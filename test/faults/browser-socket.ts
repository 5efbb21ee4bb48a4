/** Node's WebSocket, saying where it comes from as a browser's does: the gateway takes a page's socket by its Origin. */

type Init = { headers: Record<string, string> }
type Constructor = new (url: string | URL, init: Init) => WebSocket

/** From here on every WebSocket of this process is one of a page of `origin`. */
export function pretendToBeAt(origin: string): void {
  const Native = globalThis.WebSocket as unknown as Constructor
  globalThis.WebSocket = class extends Native {
    constructor(url: string | URL) {
      super(url, { headers: { origin } })
    }
  } as unknown as typeof WebSocket
}
