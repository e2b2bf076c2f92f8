import { useRef, useState } from 'preact/hooks'
import type Squire from 'squire-rte'
import { IconButton, type IconName } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { LinkDialog } from './link-dialog.tsx'
import './editor-toolbar.css'

/** What holds where the cursor stands. */
export type Formats = Readonly<Record<'B' | 'I' | 'U' | 'UL' | 'OL' | 'BLOCKQUOTE' | 'A', boolean>>

interface Tool {
  readonly name: string
  readonly icon: IconName
  readonly keys?: string
  readonly pressed?: boolean
  readonly run: () => void
}

const modifier = /mac|iphone|ipad/i.test(navigator.platform) ? '⌘' : 'Ctrl+'

/** One stop of the Tab key; arrows, Home and End go between the buttons (ARIA APG toolbar). */
export function EditorToolbar({ squire, formats }: { squire: Squire; formats: Formats }) {
  const { t, i18n } = usePortal()
  const bar = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(0)
  const [linking, setLinking] = useState(false)

  const toggle = (on: boolean, remove: () => unknown, add: () => unknown) => () => {
    if (on) remove()
    else add()
    squire.focus()
  }
  const tools: Tool[] = [
    {
      name: t('write.bold'),
      icon: 'bold',
      keys: 'B',
      pressed: formats.B,
      run: toggle(
        formats.B,
        () => squire.removeBold(),
        () => squire.bold(),
      ),
    },
    {
      name: t('write.italic'),
      icon: 'italic',
      keys: 'I',
      pressed: formats.I,
      run: toggle(
        formats.I,
        () => squire.removeItalic(),
        () => squire.italic(),
      ),
    },
    {
      name: t('write.underline'),
      icon: 'underline',
      keys: 'U',
      pressed: formats.U,
      run: toggle(
        formats.U,
        () => squire.removeUnderline(),
        () => squire.underline(),
      ),
    },
    {
      name: t('write.bullets'),
      icon: 'bullets',
      pressed: formats.UL,
      run: toggle(
        formats.UL,
        () => squire.removeList(),
        () => squire.makeUnorderedList(),
      ),
    },
    {
      name: t('write.numbers'),
      icon: 'numbers',
      pressed: formats.OL,
      run: toggle(
        formats.OL,
        () => squire.removeList(),
        () => squire.makeOrderedList(),
      ),
    },
    {
      name: t('write.quote'),
      icon: 'quote',
      pressed: formats.BLOCKQUOTE,
      run: toggle(
        formats.BLOCKQUOTE,
        () => squire.decreaseQuoteLevel(),
        () => squire.increaseQuoteLevel(),
      ),
    },
    {
      name: formats.A ? t('write.link-remove') : t('write.link'),
      icon: 'link',
      pressed: formats.A,
      run: () => {
        if (formats.A) {
          squire.removeLink()
          squire.focus()
        } else setLinking(true)
      },
    },
    {
      name: t('write.clear'),
      icon: 'clear',
      run: () => {
        squire.removeAllFormatting()
        squire.focus()
      },
    },
  ]

  const go = (to: number) => {
    const next = (to + tools.length) % tools.length
    setAt(next)
    bar.current?.querySelectorAll('button')[next]?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const forward = i18n.value.direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
    const backward = i18n.value.direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft'
    if (event.key === forward) go(at + 1)
    else if (event.key === backward) go(at - 1)
    else if (event.key === 'Home') go(0)
    else if (event.key === 'End') go(tools.length - 1)
    else return
    event.preventDefault()
  }

  return (
    <div
      ref={bar}
      class="editor-toolbar"
      role="toolbar"
      aria-label={t('write.toolbar')}
      onKeyDown={onKeyDown}
    >
      {tools.map((tool, index) => (
        <IconButton
          key={tool.icon}
          icon={tool.icon}
          label={tool.name}
          pressed={tool.pressed}
          tabIndex={index === at ? 0 : -1}
          {...(tool.keys === undefined
            ? {}
            : { 'aria-keyshortcuts': `${modifier === '⌘' ? 'Meta' : 'Control'}+${tool.keys}` })}
          // The text keeps its selection while a button is pressed with the mouse.
          onMouseDown={(event) => event.preventDefault()}
          onFocus={() => setAt(index)}
          onClick={tool.run}
        />
      ))}
      {linking ? (
        <LinkDialog
          onClose={() => setLinking(false)}
          onAdd={(href) => {
            setLinking(false)
            squire.focus()
            if (squire.getSelectedText() === '') squire.insertHTML(linkHtml(href))
            else squire.makeLink(href)
          }}
        />
      ) : null}
    </div>
  )
}

/** A link that shows its own address; cleaned by the editor on its way in. */
function linkHtml(href: string): string {
  const link = document.createElement('a')
  link.setAttribute('href', href)
  link.textContent = href.replace(/^mailto:/, '')
  return link.outerHTML
}
