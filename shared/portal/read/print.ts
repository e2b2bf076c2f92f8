import type { CleanMessage } from './clean.ts'
import { printDocument, type PrintHead } from './frame-document.ts'

/**
 * Prints a message with its header, page after page. A browser prints a frame whole only from inside of it, which asks
 * for the portal's origin: so this frame, and only this one, has it, still without any script (the sandbox has no
 * allow-scripts, the policy no script-src), unseen, and gone as soon as printing is over.
 */
export function printMessage(message: CleanMessage, head: PrintHead, language: string): void {
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', 'allow-same-origin allow-modals')
  frame.setAttribute('aria-hidden', 'true')
  frame.tabIndex = -1
  frame.className = 'print-frame'
  frame.referrerPolicy = 'no-referrer'
  frame.srcdoc = printDocument(message, head, language)
  frame.addEventListener('load', () => {
    const inside = frame.contentWindow
    if (inside === null) return
    inside.addEventListener('afterprint', () => frame.remove())
    // Where the browser tells of no end (phones), the next printing or leaving the page takes the frame away.
    inside.focus()
    inside.print()
  })
  for (const old of Array.from(document.querySelectorAll('.print-frame'))) old.remove()
  document.body.append(frame)
}
