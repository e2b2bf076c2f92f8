import { useLayoutEffect, useRef } from 'preact/hooks'

/** Brings the reader to the subject of a message they went to, but takes no focus when the page has just come. */
export function useHeadingFocus(id: string) {
  const heading = useRef<HTMLHeadingElement>(null)
  const first = useRef(true)
  useLayoutEffect(() => {
    const moved = document.activeElement !== null && document.activeElement !== document.body
    if (moved || !first.current) heading.current?.focus({ preventScroll: true })
    first.current = false
  }, [id])
  return heading
}
