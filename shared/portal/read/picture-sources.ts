/** Raster pictures alone: SVG is a document, and nobody sends photographs in it. */
export const pictureTypes: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
  'image/x-icon',
  'image/vnd.microsoft.icon',
])

const dataPicture = /^data:(image\/[a-z.+-]+);base64,[a-z0-9+/]+={0,2}$/i

/** True for a `data:` URL that holds a raster picture and nothing else. */
export function isDataPicture(url: string): boolean {
  const type = dataPicture.exec(url)?.[1]
  return type !== undefined && pictureTypes.has(type.toLowerCase())
}

export type PictureSource =
  | { readonly kind: 'data'; readonly url: string }
  /** In the message itself, by Content-ID without brackets. */
  | { readonly kind: 'part'; readonly contentId: string }
  /** Somewhere else: absolute http or https URL. */
  | { readonly kind: 'remote'; readonly url: string }
  | undefined

/** What a picture's address in a message means. Relative addresses mean nothing in a mail. */
export function readPictureSource(source: string): PictureSource {
  const text = source.trim()
  if (/^data:/i.test(text)) {
    const packed = text.replace(/\s+/g, '')
    return isDataPicture(packed) ? { kind: 'data', url: packed } : undefined
  }
  if (/^cid:/i.test(text)) {
    const contentId = safeDecode(text.slice(4))
    return contentId === '' ? undefined : { kind: 'part', contentId }
  }
  const absolute = /^\/\//.test(text) ? `https:${text}` : text
  if (!/^https?:\/\//i.test(absolute) || absolute.length > 4000) return undefined
  try {
    return { kind: 'remote', url: new URL(absolute).href }
  } catch {
    return undefined // not an address: there is nothing to show or to count
  }
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a stray percent sign is part of the Content-ID
  }
}
