/**
 * A mail with the portal's frame in it, mounted as a content script would. The guards and the closed shadow root are
 * the content script's own and tested there; here its side of the MessagePort is enough.
 */
import type { FromFrame, ToFrame } from '../../../extension/protocol.ts'

declare global {
  interface Window {
    /** What the frame said, in order. */
    said: FromFrame[]
    tell(message: ToFrame): void
    /** Answer to the checks from now on. */
    checkAnswer: (ToFrame & { say: 'checked' })['disturbed']
  }
}

const frame = document.createElement('iframe')
frame.title = 'Secure message'
frame.src = `frame.html${location.search}`
document.body.classList.toggle('bare', location.hash === '#bare')
const { port1: port, port2 } = new MessageChannel()
window.said = []
window.checkAnswer = null
window.tell = (message) => port.postMessage(message)
port.onmessage = ({ data }: MessageEvent<FromFrame>) => {
  window.said.push(data)
  if (data.say === 'ready' && !location.hash.includes('dark')) window.tell({ say: 'live' })
  if (data.say === 'height') frame.style.height = `${data.height}px`
  if (data.say === 'check') window.tell({ say: 'checked', id: data.id, disturbed: window.checkAnswer })
  if (data.say === 'close') frame.remove()
  if (data.say === 'leave') document.getElementById(data.to === 'after' ? 'behind' : 'opener')?.focus()
}
frame.addEventListener('load', () => {
  frame.contentWindow?.postMessage(
    { postern: 'handover', nonce: 'n'.repeat(43) },
    { targetOrigin: location.origin, transfer: [port2] },
  )
  frame.contentWindow?.focus()
})
document.getElementById('place')?.append(frame)
