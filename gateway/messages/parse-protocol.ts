import type { ParsedMessage } from './mime.ts'

/** What the gateway tells a parse worker. One message is parsed at a time. */
export type ToWorker =
  { readonly type: 'chunk'; readonly bytes: Uint8Array<ArrayBuffer> } | { readonly type: 'end' }

/** What a parse worker tells the gateway. `more` asks for the next chunk: without it no byte is sent. */
export type FromWorker =
  | { readonly type: 'more' }
  | { readonly type: 'parsed'; readonly message: ParsedMessage }
  | { readonly type: 'failed'; readonly reason: string }
