import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { frameSandbox } from './frame-document.ts'
import './message-frame.css'

interface MessageFrameProps {
  /** From `frameDocument`. */
  document: string
  /** Read out as the name of the frame. */
  title: string
  /** Height to give it (px) by the width of its place, where it stands in a page that grows; else it fills its place. */
  height?: ((width: number) => number) | undefined
}

/**
 * Where HTML of a message is shown: sandboxed, without scripts and without the portal's origin, so that nothing of the
 * message is ever in the portal's own page. It scrolls by itself: its height can't be measured from outside, and so the
 * line that says who sent the message stays in sight above it. A new document stays behind the old one until it is there.
 */
export function MessageFrame({ document, title, height }: MessageFrameProps) {
  const place = useRef<HTMLDivElement>(null)
  const [own, setOwn] = useState<number>()
  const next = useRef(1)
  const [frames, setFrames] = useState([{ key: 0, document, ready: false }])

  useEffect(() => {
    setFrames((before) => {
      if (before.at(-1)?.document === document) return before
      const shown = before.filter((frame) => frame.ready).slice(-1)
      return [...shown, { key: next.current++, document, ready: false }]
    })
  }, [document])

  useLayoutEffect(() => {
    if (height && place.current) setOwn(height(place.current.clientWidth))
  }, [document])

  const loaded = (key: number) => {
    setFrames((before) =>
      before
        .filter((frame) => frame.key >= key)
        .map((frame) => (frame.key === key ? { ...frame, ready: true } : frame)),
    )
  }

  return (
    <div
      ref={place}
      class={own === undefined ? 'message-frame' : 'message-frame message-frame_grown'}
      {...(own === undefined ? {} : { style: { blockSize: `${own}px` } })}
    >
      {frames.map((frame) => (
        <iframe
          key={frame.key}
          class={frame.ready ? 'message-frame__frame' : 'message-frame__frame message-frame__frame_waiting'}
          title={title}
          sandbox={frameSandbox}
          referrerpolicy="no-referrer"
          srcdoc={frame.document}
          onLoad={() => loaded(frame.key)}
        />
      ))}
    </div>
  )
}
