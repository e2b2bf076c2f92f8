import { useEffect, useRef, useState } from 'preact/hooks'
import Squire from 'squire-rte'
import { usePortal } from '../context.ts'
import { cleanText } from './clean-text.ts'
import { EditorToolbar, type Formats } from './editor-toolbar.tsx'
import './editor.css'

export interface EditorHandle {
  focus(): void
  /** Puts HTML at the end; cleaned. */
  append(html: string): void
}

interface EditorProps {
  /** Where it begins; cleaned. */
  html: string
  onChange: (html: string) => void
  onFiles: (files: readonly File[]) => void
  autofocus: boolean
  /** Receives what can be done with the editor once it stands. */
  onReady: (handle: EditorHandle) => void
}

const nothing: Formats = { B: false, I: false, U: false, UL: false, OL: false, BLOCKQUOTE: false, A: false }

/** Rich text by Squire: made for mail, keeps HTML simple. */
export function Editor({ html, onChange, onFiles, autofocus, onReady }: EditorProps) {
  const { t } = usePortal()
  const root = useRef<HTMLDivElement>(null)
  const [squire, setSquire] = useState<Squire>()
  const [formats, setFormats] = useState(nothing)
  const [empty, setEmpty] = useState(true)
  const latest = useRef({ onChange, onFiles })
  latest.current = { onChange, onFiles }

  useEffect(() => {
    const element = root.current
    if (element === null) return
    const editor = new Squire(element, {
      blockTag: 'DIV',
      sanitizeToDOMFragment: cleanText,
      didError: (error: unknown) => {
        throw error
      },
    })
    // Tab goes on to the next control: whoever writes by keyboard must be able to leave.
    editor.setKeyHandler('Tab', null)
    editor.setKeyHandler('Shift-Tab', null)
    editor.setHTML(html)
    editor.moveCursorToStart()
    const look = () => {
      setEmpty(
        element.textContent.trim() === '' && element.querySelector('li, hr, table, blockquote') === null,
      )
    }
    const read = () =>
      setFormats({
        B: editor.hasFormat('B') || editor.hasFormat('STRONG'),
        I: editor.hasFormat('I') || editor.hasFormat('EM'),
        U: editor.hasFormat('U'),
        UL: editor.hasFormat('UL'),
        OL: editor.hasFormat('OL'),
        BLOCKQUOTE: editor.hasFormat('BLOCKQUOTE'),
        A: editor.hasFormat('A'),
      })
    look()
    editor.addEventListener('input', () => {
      look()
      latest.current.onChange(editor.getHTML())
    })
    editor.addEventListener('pathChange', read)
    editor.addEventListener('select', read)
    editor.addEventListener('cursor', read)
    setSquire(editor)
    onReady({
      focus: () => editor.focus(),
      append: (more) => {
        editor.moveCursorToEnd()
        editor.insertHTML(more)
        editor.moveCursorToStart()
      },
    })
    if (autofocus) editor.focus()
    return () => editor.destroy()
    // The editor is made once; what it begins with is not what it holds later.
  }, [])

  return (
    <div class="editor">
      {squire === undefined ? null : <EditorToolbar squire={squire} formats={formats} />}
      <div class="editor__paper">
        {empty ? (
          <p class="editor__hint" aria-hidden="true">
            {t('write.text-hint')}
          </p>
        ) : null}
        <div
          ref={root}
          class="editor__text"
          role="textbox"
          aria-multiline="true"
          aria-label={t('write.text')}
          dir="auto"
          tabIndex={0}
          onPasteCapture={(event) => {
            const files = Array.from(event.clipboardData?.files ?? [])
            // Office programs put a picture of the text beside the text: then the text is meant.
            if (files.length === 0 || event.clipboardData?.types.includes('text/html')) return
            event.preventDefault()
            event.stopImmediatePropagation()
            onFiles(files)
          }}
        />
      </div>
    </div>
  )
}
