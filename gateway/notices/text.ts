import { withoutMarks } from './clean.ts'
import type { Fact, Letter } from './letter.ts'

const width = 72

/** The text part: what one would have written by hand. Lines of at most 72 characters, but a link is never broken. */
export function letterText(letter: Letter): string {
  const { action, bareLink, code } = letter
  const blocks = [
    wrap(letter.title),
    ...letter.lead.map((text) => wrap(text)),
    factLines(letter.facts),
    action ? `${action.label}:\n${(bareLink ?? action).url}` : '',
    ...letter.advice.map((text) => wrap(text)),
    code ? `${wrap(code.label)}\n${code.token}` : '',
    // The line that mail programs know as the beginning of a signature (RFC 3676 section 4.3).
    `-- \n${letter.footer.map((line) => wrap(line)).join('\n')}`,
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function factLines(facts: readonly Fact[]): string {
  const indent = Math.max(0, ...facts.map(({ label }) => label.length)) + 3
  return facts
    .flatMap(({ label, value, note, remark, secret }) => {
      const shown = `${value}${note === undefined ? '' : ` <${note}>`}${remark === undefined ? '' : ` (${remark})`}`
      // A secret is copied: it is never broken.
      const lines = secret ? [shown] : wrap(shown, width - indent - 2).split('\n')
      return lines.map((line, index) => `  ${(index === 0 ? `${label}:` : '').padEnd(indent)}${line}`)
    })
    .join('\n')
}

/** Breaks at spaces; a word longer than a line stands on a line of its own. */
export function wrap(text: string, most = width): string {
  const lines: string[] = []
  let line = ''
  for (const word of withoutMarks(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > most) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line].join('\n')
}
