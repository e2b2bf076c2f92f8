import { useEffect, useState } from 'preact/hooks'
import { usePortal } from '../context.ts'

/**
 * On a phone the head leaves little room. Who touches the message wants to read it, and the head folds to one line; it
 * unfolds by a touch. The frame tells nothing but that it has the focus now.
 */
export function useFoldedHead(id: string): [boolean, (folded: boolean) => void] {
  const { surface } = usePortal()
  const [folded, setFolded] = useState(false)
  useEffect(() => {
    setFolded(false)
    // A frame grows with what is in it: there is room.
    if (surface === 'frame') return
    const touched = () => {
      // The focus is in its new place only after the window has lost it.
      setTimeout(() => {
        if (document.activeElement?.classList.contains('message-frame__frame')) setFolded(true)
      })
    }
    window.addEventListener('blur', touched)
    return () => window.removeEventListener('blur', touched)
  }, [id])
  return [folded, setFolded]
}
