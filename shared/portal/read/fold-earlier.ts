/** Quoted earlier messages, as the usual mail programs mark them. */
const earlierMarks =
  '.postern-quote, blockquote[type=cite], .gmail_quote_container, .gmail_quote, .yahoo_quoted, .protonmail_quote, .moz-cite-prefix + blockquote'

/** Folds the earlier messages below an answer, where nothing stands behind them. */
export function foldEarlier(body: HTMLElement, summary: string): void {
  const quote = body.querySelector(earlierMarks)
  if (quote === null || quote.parentElement === null || quote.parentElement.closest('blockquote') !== null)
    return
  // Only where something new stands above it and nothing below; an answer between the lines stays as it is.
  if (!hasText(quote, 'before') || hasText(quote, 'after')) return
  const details = body.ownerDocument.createElement('details')
  details.className = 'postern-earlier'
  const label = body.ownerDocument.createElement('summary')
  label.textContent = summary
  quote.replaceWith(details)
  details.append(label, quote)
}

function hasText(quote: Element, side: 'before' | 'after'): boolean {
  for (let at: Element | null = quote; at !== null && at.localName !== 'body'; at = at.parentElement) {
    let next: ChildNode | null = side === 'before' ? at.previousSibling : at.nextSibling
    while (next !== null) {
      if ((next.textContent ?? '').trim() !== '') return true
      next = side === 'before' ? next.previousSibling : next.nextSibling
    }
  }
  return false
}
