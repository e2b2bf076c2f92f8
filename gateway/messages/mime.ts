import { Readable, pipeline } from 'node:stream'
import { Splitter, type SplitterChunk } from '@zone-eu/mailsplit'
import { type MimeNode, decodeText, unravelled } from './mime-text.ts'
import {
  type TransferDecoder,
  type TransferEncoding,
  decodeTransfer,
  transferDecoder,
  transferEncoding,
} from './transfer-decoding.ts'

/** A message taken apart: what a reader is shown, and where in its bytes each attachment is. */
export interface ParsedMessage {
  readonly html: string | null
  readonly text: string | null
  readonly attachments: readonly ParsedAttachment[]
  /** Message-IDs of the References header, in order. */
  readonly references: readonly string[]
}

/** Bytes from `start` up to, not including, `end` of the message are the attachment in its transfer encoding. */
export interface ParsedAttachment {
  /** As the message has it; '' where it has none. */
  readonly name: string
  readonly type: string
  readonly contentId: string | null
  /** True where it is a picture that the HTML shows. */
  readonly inline: boolean
  readonly encoding: TransferEncoding
  readonly start: number
  readonly end: number
  /** Length in bytes without the transfer encoding. */
  readonly size: number
}

/** Text of more bytes than this, all parts together, is not shown but offered as an attachment. */
export const longestText = 5 * 1024 * 1024

interface Leaf {
  readonly node: MimeNode
  readonly start: number
  end: number
  readonly encoding: TransferEncoding
  readonly decoder: TransferDecoder
  size: number
  /** Bytes of a text that is shown, else undefined. */
  shown: Uint8Array[] | undefined
}

/**
 * Takes a message apart as its bytes come. Relies on mailsplit alone, not on mailparser: mailparser holds whole
 * parts in memory (all of a quoted-printable attachment, all of a long text) and says nothing of where a part
 * is; with the places known, an attachment is later read straight from the sealed body, in ranges, by no parser.
 *
 * Meant for a worker: a hostile message may cost time and memory. Throws where the structure goes beyond limits
 * (1,000 parts, 1 MiB of header in one part), or where the places found do not add up.
 */
export async function parseMime(bytes: AsyncIterable<Uint8Array>): Promise<ParsedMessage> {
  let size = 0
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const piece of bytes) {
      size += piece.length
      yield Buffer.from(piece.buffer, piece.byteOffset, piece.length)
    }
  }
  const collector = new Collector()
  // The callback is only asked for: what fails on the way destroys the splitter, and the loop throws it.
  const splitter = pipeline(Readable.from(counted()), new Splitter({ ignoreEmbedded: true }), () => undefined)
  for await (const chunk of splitter) collector.take(chunk as SplitterChunk)
  return collector.finish(size)
}

class Collector {
  #at = 0
  #textSize = 0
  #root: MimeNode | undefined
  #leaf: Leaf | undefined
  readonly #leaves: Leaf[] = []
  /** What stands before the first part of the outermost multipart: all there is where it has no parts. */
  readonly #preamble: Uint8Array[] = []
  #preambleSize = 0

  /** The part whose delimiter has passed but whose header has not. */
  #announced: MimeNode | undefined
  readonly #headed = new Set<MimeNode>()

  take(chunk: SplitterChunk): void {
    this.#lost(chunk.type === 'node' ? chunk : chunk.node)
    if (chunk.type === 'node') {
      this.#headed.add(chunk)
      this.#root ??= chunk
      this.#at += chunk._headerlen
      this.#leaf = chunk.multipart ? undefined : this.#begin(chunk)
      return
    }
    if (!this.#headed.has(chunk.node)) this.#announced = chunk.node
    const { value } = chunk
    const leaf = this.#leaf
    if (chunk.type === 'body' && leaf?.node === chunk.node) this.#body(leaf, value)
    else if (this.#leaves.length === 0 && chunk.node === this.#root) this.#beforeParts(value)
    this.#at += value.length - (chunk.type === 'data' ? this.#repeated(value) : 0)
  }

  /** A header that a delimiter cuts short is not handed out by mailsplit, but its bytes count. */
  #lost(next: MimeNode): void {
    if (this.#announced && this.#announced !== next) this.#at += this.#announced._headerlen
    this.#announced = undefined
  }

  /** A header that a closing delimiter cuts short is handed out twice: as the part's, then before the delimiter. */
  #repeated(value: Buffer): number {
    const leaf = this.#leaf
    this.#leaf = undefined
    if (!leaf?.node.headers || leaf.end > leaf.start) return 0
    const head = leaf.node.headers.build()
    return head.length > 0 && value.subarray(0, head.length).equals(head) ? head.length : 0
  }

  finish(size: number): ParsedMessage {
    if (this.#at !== size) throw new Error(`parts of ${this.#at} bytes in a message of ${size}`)
    for (const leaf of this.#leaves) leaf.size += leaf.decoder.final().length
    const texts = this.#leaves.flatMap((leaf) =>
      leaf.shown
        ? [{ node: leaf.node, content: textOf(leaf.node, Buffer.concat(leaf.shown), leaf.encoding) }]
        : [],
    )
    const alone = this.#leaves.length === 0 && this.#root ? preambleText(this.#root, this.#preamble) : ''
    if (alone !== '' && this.#root) texts.push({ node: this.#root, content: alone })
    const { html, text } = unravelled(texts)
    const pictures = shownPictures(html)
    return {
      html,
      text,
      attachments: this.#leaves.filter(isAttachment).map((leaf) => described(leaf, pictures)),
      references: messageIds(this.#root ? header(this.#root, 'references') : ''),
    }
  }

  #begin(node: MimeNode): Leaf {
    const encoding = transferEncoding(node.encoding || '')
    const leaf: Leaf = {
      node,
      start: this.#at,
      end: this.#at,
      encoding,
      decoder: transferDecoder(encoding),
      size: 0,
      shown: isText(node) && node.disposition !== 'attachment' ? [] : undefined,
    }
    this.#leaves.push(leaf)
    return leaf
  }

  #body(leaf: Leaf, value: Uint8Array): void {
    if (this.#at !== leaf.end) throw new Error(`a part that ends at ${leaf.end} goes on at ${this.#at}`)
    leaf.end += value.length
    leaf.size += leaf.decoder.update(value).length
    if (!leaf.shown) return
    this.#textSize += value.length
    if (this.#textSize > longestText) leaf.shown = undefined
    else leaf.shown.push(value)
  }

  #beforeParts(value: Uint8Array): void {
    this.#preambleSize += value.length
    if (this.#preambleSize <= longestText) this.#preamble.push(value)
  }
}

/** All that a multipart without parts has to show, its own delimiters left out. */
function preambleText(root: MimeNode, preamble: readonly Uint8Array[]): string {
  const delimiter = root._boundary ? `--${root._boundary.toString('latin1')}` : undefined
  const lines = decodeText(Buffer.concat(preamble), '').split('\n')
  return lines
    .filter((line) => delimiter === undefined || !line.startsWith(delimiter))
    .join('\n')
    .trim()
}

function isText(node: MimeNode): boolean {
  const type = node.contentType || 'text/plain'
  return type === 'text/plain' || type === 'text/html' || type === 'text'
}

/** A text with a name is shown and offered as well: programs differ in what they mean by it. */
function isAttachment(leaf: Leaf): boolean {
  return !leaf.shown || (leaf.node.filename !== false && !leaf.node.root)
}

function textOf(node: MimeNode, bytes: Buffer, encoding: TransferEncoding): string {
  return decodeText(
    decodeTransfer(encoding, bytes),
    node.charset || '',
    node.flowed ? { delSp: node.delSp } : undefined,
  )
}

function described(leaf: Leaf, pictures: ReadonlySet<string>): ParsedAttachment {
  const type = mediaType(leaf.node.contentType || '')
  const contentId = header(leaf.node, 'content-id').replace(/^<|>$/g, '').slice(0, 500)
  return {
    name: (leaf.node.filename || '').slice(0, 1000),
    type,
    contentId: contentId === '' ? null : contentId,
    inline: type.startsWith('image/') && pictures.has(contentId),
    encoding: leaf.encoding,
    start: leaf.start,
    end: leaf.end,
    size: leaf.size,
  }
}

function mediaType(text: string): string {
  return /^[a-z0-9!#$&^_.+-]{1,100}\/[a-z0-9!#$&^_.+-]{1,100}$/.test(text) ? text : 'application/octet-stream'
}

function header(node: MimeNode, name: string): string {
  return node.headers ? node.headers.getFirst(name) : ''
}

/** Content-IDs that the HTML names in `cid:` URLs. */
function shownPictures(html: string | null): Set<string> {
  const found = new Set<string>()
  if (html === null) return found
  for (let at = html.indexOf('cid:'); at >= 0; at = html.indexOf('cid:', at + 4)) {
    const name = /^[^'"\s>)]+/.exec(html.slice(at + 4, at + 504))?.[0] ?? ''
    found.add(name)
    try {
      found.add(decodeURIComponent(name))
    } catch {
      // Not percent-encoded after all: it stands as it is.
    }
  }
  return found
}

function messageIds(text: string): string[] {
  return (text.match(/<[^<>\s]{1,500}>/g) ?? []).slice(-50)
}
