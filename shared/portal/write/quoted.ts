/**
 * The quoted message stands below the text of an answer. It is kept as it came and shown in a frame like any message;
 * only where the person wants to answer between its lines does it become text of the editor.
 */
const mark = '<div class="postern-quote">'

export interface DraftHtml {
  readonly own: string
  /** Empty where nothing is quoted. Not clean: it is a stranger's. */
  readonly quoted: string
}

/** The editor writes no classes, so the first mark is where the gateway put the quotation. */
export function splitQuoted(html: string): DraftHtml {
  const at = html.indexOf(mark)
  return at < 0 ? { own: html, quoted: '' } : { own: html.slice(0, at), quoted: html.slice(at) }
}
