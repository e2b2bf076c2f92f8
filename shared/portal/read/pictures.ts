import type { Attachment, PortalClient } from '../../contract/index.ts'
import type { Pictures } from './clean.ts'
import { pictureTypes } from './picture-sources.ts'

/** A picture larger than this is not shown inside the message: it could still be downloaded. */
const maxPicture = 15_000_000
const atOnce = 4

export interface FetchedPictures {
  readonly pictures: Pictures
  /** How many could not be had. */
  readonly missing: number
}

/** Fetches pictures that came with the message, by the Content-IDs its HTML names. */
export function fetchParts(
  client: PortalClient,
  messageId: string,
  attachments: readonly Attachment[],
  contentIds: readonly string[],
): Promise<FetchedPictures> {
  return fetchAll(
    contentIds.map((contentId) => {
      const attachment = attachments.find((one) => one.contentId === contentId)
      return {
        key: `cid:${contentId}`,
        get: () =>
          attachment === undefined || attachment.size > maxPicture
            ? Promise.resolve(undefined)
            : client.attachment(messageId, attachment.index).then((blob) => asPicture(blob, attachment.type)),
      }
    }),
  )
}

/** Fetches pictures from elsewhere through the gateway, so that their host learns nothing of the reader. */
export function fetchRemote(
  client: PortalClient,
  messageId: string,
  urls: readonly string[],
): Promise<FetchedPictures> {
  return fetchAll(
    urls.map((url) => ({
      key: url,
      get: () => client.remoteImage(messageId, url).then((blob) => asPicture(blob, blob.type)),
    })),
  )
}

interface Wanted {
  readonly key: string
  readonly get: () => Promise<string | undefined>
}

/** A picture that can't be had leaves its place empty; it is counted, and the rest are shown. */
async function fetchAll(wanted: readonly Wanted[]): Promise<FetchedPictures> {
  const pictures = new Map<string, string>()
  const queue = [...wanted]
  let missing = 0
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const url = await next.get().catch(() => undefined)
      if (url === undefined) missing++
      else pictures.set(next.key, url)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { pictures, missing }
}

/** @returns a `data:` URL, or undefined where it is no picture of a kind we show. */
async function asPicture(blob: Blob, type: string): Promise<string | undefined> {
  const plain = (type.split(';', 1)[0] ?? '').trim().toLowerCase()
  const known = plain === 'image/jpg' || plain === 'image/pjpeg' ? 'image/jpeg' : plain
  if (!pictureTypes.has(known) || blob.size === 0 || blob.size > maxPicture) return undefined
  return await new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : undefined)
    reader.onerror = () => reject(reader.error ?? new Error('a picture could not be read'))
    // The type goes in from here: whatever the bytes claim to be, it is tried as a picture alone.
    reader.readAsDataURL(new Blob([blob], { type: known }))
  })
}
