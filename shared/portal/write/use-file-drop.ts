import { useRef, useState } from 'preact/hooks'

interface Dropped {
  readonly files: readonly File[]
  /** True where a folder was among them. */
  readonly folders: boolean
}

/** Files dragged over an element and dropped on it. */
export function useFileDrop(onDrop: (dropped: Dropped) => void) {
  const [over, setOver] = useState(false)
  // Enter and leave come for every child; only the difference says whether the pointer is still above.
  const depth = useRef(0)
  const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
  return {
    over,
    handlers: {
      onDragEnter: (event: DragEvent) => {
        if (!holdsFiles(event)) return
        event.preventDefault()
        depth.current++
        setOver(true)
      },
      onDragOver: (event: DragEvent) => {
        if (!holdsFiles(event)) return
        event.preventDefault()
        if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
      },
      onDragLeave: (event: DragEvent) => {
        if (!holdsFiles(event)) return
        depth.current = Math.max(0, depth.current - 1)
        if (depth.current === 0) setOver(false)
      },
      onDropCapture: (event: DragEvent) => {
        if (!holdsFiles(event)) return
        event.preventDefault()
        event.stopPropagation()
        depth.current = 0
        setOver(false)
        onDrop(readDrop(event.dataTransfer))
      },
    },
  }
}

function readDrop(data: DataTransfer | null): Dropped {
  const files: File[] = []
  let folders = false
  for (const item of Array.from(data?.items ?? [])) {
    if (item.kind !== 'file') continue
    if (item.webkitGetAsEntry()?.isDirectory) {
      folders = true
      continue
    }
    const file = item.getAsFile()
    if (file !== null) files.push(file)
  }
  return { files, folders }
}
