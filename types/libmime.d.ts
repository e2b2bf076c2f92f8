/** The part of libmime 5 that the gateway uses; the package brings no types. */
declare module 'libmime' {
  /** Decodes every encoded word (RFC 2047) in a text; what it can't decode stays as it is. */
  export function decodeWords(text: string): string
  const libmime: {
    decodeWords: typeof decodeWords
    /** Joins the lines of format=flowed text (RFC 3676). */
    decodeFlowed(text: string, delSp: boolean): string
    /** Usual extension of a media type, `bin` where none is known. */
    detectExtension(type: string): string
  }
  export default libmime
}

declare module 'libmime/lib/charset.js' {
  const charsets: {
    /** Text of bytes; as UTF-8 where nobody knows the character set. */
    decode(bytes: Buffer, charset: string): string
  }
  export default charsets
}
