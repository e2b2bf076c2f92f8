import type { ComponentChildren } from 'preact'
import { usePortal } from '../context.ts'
import { findLinks, readText } from './text.ts'
import './message-text.css'

/** Quoted parts longer than this fold, unless the sender's answers stand between them. */
const foldFrom = 6

/** A message's plain text: links to follow, quoted parts to fold. Text alone, so it can be nothing else. */
export function MessageText({ text }: { text: string }) {
  const { t } = usePortal()
  const blocks = readText(text)
  return (
    <div class="message-text" dir="auto">
      {blocks.map((block, index) => {
        const lines = <Lines lines={block.lines} />
        if (block.depth === 0)
          return (
            <div key={index} class="message-text__own">
              {lines}
            </div>
          )
        const quote = <Quote depth={block.depth}>{lines}</Quote>
        return block.lines.length >= foldFrom ? (
          <details key={index} class="message-text__fold">
            <summary>{t('read.quoted', { count: block.lines.length })}</summary>
            {quote}
          </details>
        ) : (
          <div key={index}>{quote}</div>
        )
      })}
    </div>
  )
}

function Quote({ depth, children }: { depth: number; children: ComponentChildren }) {
  return depth <= 1 ? (
    <blockquote class="message-text__quote">{children}</blockquote>
  ) : (
    <blockquote class="message-text__quote">
      <Quote depth={Math.min(depth, 8) - 1}>{children}</Quote>
    </blockquote>
  )
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <>
      {lines.map((line, index) => (
        <span key={index} dir="auto" class="message-text__line">
          {findLinks(line).map((part) =>
            part.kind === 'text' ? (
              part.text
            ) : (
              <a href={part.href} target="_blank" rel="noopener noreferrer">
                {part.text}
              </a>
            ),
          )}
          {'\n'}
        </span>
      ))}
    </>
  )
}
