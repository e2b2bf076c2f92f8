import { h, render } from 'preact'
import { cleanMessage, NotShowable } from '../../../shared/portal/read/clean.ts'
import { frameDocument } from '../../../shared/portal/read/frame-document.ts'
import { MessageFrame } from '../../../shared/portal/read/message-frame.tsx'
import './page.css'

/** How a message is brought into the frame: cleaned as in the portal, or raw, to try the frame's own walls alone. */
export type Way = 'cleaned' | 'raw'

export interface Shown {
  readonly outcome: 'shown' | 'refused'
  readonly document: string
}

const look = { language: 'en', theme: 'light' } as const
const words = { earlier: 'Earlier messages', leadsTo: (host: string) => `(leads to ${host})` }

function documentOf(html: string, way: Way): Shown {
  const nothing = { css: '', bodyClass: '', colours: false, remote: [], parts: [] }
  if (way === 'raw') return { outcome: 'shown', document: frameDocument({ ...nothing, html }, look) }
  try {
    return { outcome: 'shown', document: frameDocument(cleanMessage(html, new Map(), words), look) }
  } catch (error) {
    if (error instanceof NotShowable) return { outcome: 'refused', document: error.message }
    throw error
  }
}

let waiting: Shown[] = []

/** Makes the frames' documents, in the way given, and keeps them for `show`. */
function make(messages: readonly string[], way: Way): Shown['outcome'][] {
  waiting = messages.map((html) => documentOf(html, way))
  return waiting.map(({ outcome }) => outcome)
}

/** Shows what was made side by side through the portal's own component, each in a box of 300 by 150 pixels. */
function show(): void {
  const stage = document.getElementById('stage')
  if (stage === null) throw new Error('no stage')
  render(null, stage)
  render(
    waiting.map(({ outcome, document }, index) =>
      h(
        'div',
        { class: 'box', key: index },
        outcome === 'shown' ? h(MessageFrame, { document, title: `vector ${index}` }) : null,
      ),
    ),
    stage,
  )
}

declare global {
  interface Window {
    oracle: { make: typeof make; show: typeof show; clean: (html: string) => Shown }
  }
}
window.oracle = { make, show, clean: (html) => documentOf(html, 'cleaned') }
