/**
 * Whether an address is worth a closer look. Asked of every link of a page, so it reads the text and parses nothing.
 *
 * The marker stands in the clear in every link and in nearly all rewritten ones. The hosts are of rewriters that hide
 * it (base64), or that keep the address to themselves: there the token may stand beside it as text.
 */
export function mayBeMarked(href: string): boolean {
  return hiding.test(href)
}

const hiding = /postern1|protection\.sophos\.com|mimecast(?:protect)?\.com/
