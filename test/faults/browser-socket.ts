/** Node's WebSocket, saying where it comes from as a browser's does: the gateway takes a page's socket by its Origin. */

type Init = { headers: Record<string, string> }
type Constructor = new (url: string | URL, init: Init) => WebSocket

/** Addresses holding one of these cannot be reached by WebSocket, as where a page's policy forbids it. */
export const socketless = new Set<string>()

/** From here on every WebSocket of this process is one of a page of `origin`. */
export function pretendToBeAt(origin: string): void {
  const Native = globalThis.WebSocket as unknown as Constructor
  globalThis.WebSocket = class extends Native {
    constructor(url: string | URL) {
      const id = /\/v1\/sessions\/([^/]+)\//.exec(String(url))?.[1]
      if (id !== undefined && socketless.has(id)) throw new Error('no sockets here')
      super(url, { headers: { origin } })
    }
  } as unknown as typeof WebSocket
}
