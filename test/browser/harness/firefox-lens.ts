/**
 * A lens for Firefox's camera. That of a test shows a test picture and nothing else, so what it shows is replaced: the
 * browser's question, its devices and what a page wishes of them are its own, the picture is the file's. Runs inside.
 */

type Heard = (message: { data: Uint8Array<ArrayBuffer> }) => void
declare function addEventListener(type: string, heard: (event: { target: Document }) => void, capture: true): void
declare function sendAsyncMessage(name: string): void
declare function addMessageListener(name: string, heard: Heard): void
declare function removeMessageListener(name: string, heard: Heard): void
declare const Cu: {
  cloneInto<T>(value: T, into: object): T
  exportFunction(run: (...args: never[]) => unknown, into: object, as: { defineAs: string }): void
}
declare const IOUtils: { read(path: string): Promise<Uint8Array> }
declare const Services: {
  mm: {
    loadFrameScript(url: string, later: true): void
    addMessageListener(name: string, heard: (message: { target: Answering }) => void): void
  }
}
interface Answering {
  messageManager: { sendAsyncMessage(name: string, data: Uint8Array): void }
}

/** In the browser's own window: the picture is read anew each time that a page opens the camera. */
export function putLens(picture: string, script: string): void {
  Services.mm.addMessageListener('nod-test:picture', ({ target: { messageManager } }) => {
    IOUtils.read(picture).then((bytes) => messageManager.sendAsyncMessage('nod-test:picture', bytes))
  })
  Services.mm.loadFrameScript(`data:,${encodeURIComponent(script)}`, true)
}

/** In every page, as it begins. */
export const LENS = `(${function lens(): void {
  const look = (): Promise<Uint8Array<ArrayBuffer>> =>
    new Promise((done) => {
      const heard: Heard = ({ data }) => {
        removeMessageListener('nod-test:picture', heard)
        done(data)
      }
      addMessageListener('nod-test:picture', heard)
      sendAsyncMessage('nod-test:picture')
    })
  addEventListener(
    'DOMWindowCreated',
    ({ target: document }) => {
      const page = document.defaultView as (Window & typeof globalThis) | null
      const devices = page?.navigator.mediaDevices
      if (!page || !devices) return
      const real = devices.getUserMedia.bind(devices)
      const open = async (wanted: MediaStreamConstraints): Promise<MediaStream> => {
        const stream = await real(Cu.cloneInto(wanted, page))
        const bytes = Cu.cloneInto(await look(), page)
        const picture = await page.createImageBitmap(new page.Blob(Cu.cloneInto([bytes], page)))
        const canvas = document.createElement('canvas')
        Object.assign(canvas, { width: picture.width, height: picture.height })
        const pen = canvas.getContext('2d')!
        const show = (): void => pen.drawImage(picture, 0, 0)
        show()
        page.setInterval(show, 100)
        const [seen] = canvas.captureStream(10).getTracks()
        for (const track of stream.getTracks()) stream.removeTrack(track)
        stream.addTrack(seen!)
        return stream
      }
      const opened = (wanted: MediaStreamConstraints) =>
        new page.Promise((done, fail) => {
          open(wanted).then(done, fail)
        })
      const plain = (devices as unknown as { wrappedJSObject: object }).wrappedJSObject
      Cu.exportFunction(opened, plain, { defineAs: 'getUserMedia' })
    },
    true,
  )
}})()`
