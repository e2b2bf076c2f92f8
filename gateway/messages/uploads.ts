import { PassThrough } from 'node:stream'
import { type DraftFile, pieceLimit } from '../../shared/contract/index.ts'
import type { Person } from '../people/index.ts'
import { Problem } from '../problem.ts'
import { newId } from '../store/index.ts'
import { ownedDraft } from './draft.ts'
import { addFile, requireRoom } from './draft-files.ts'
import type { MessageParts } from './parts.ts'
import { collect, passOn } from './piece.ts'

/**
 * Files that arrive in pieces, each in a request of its own: for clients that can't see how much of one long request
 * has gone out. A file is sealed while its pieces arrive; at most one piece of it waits in memory, and what ends
 * early leaves nothing behind. Open uploads are this process's own: all pieces come to the node that began it.
 */
export interface Uploads extends AsyncDisposable {
  /** Throws Problem `draft-unknown`, `files-too-large`, `uploads-too-many`. */
  beginUpload(
    person: Person,
    draftId: string,
    file: { name: string; type: string; size: number },
    limit: number,
  ): Promise<{ uploadId: string }>
  /**
   * Takes the next piece, whole or not at all: one that was cut off can be sent again.
   * @returns the file, once all of it is there.
   */
  takePiece(
    person: Person,
    draftId: string,
    uploadId: string,
    offset: number,
    piece: AsyncIterable<Uint8Array>,
  ): Promise<DraftFile | undefined>
  /** Resolves when nothing of it is left. */
  abortUpload(person: Person, draftId: string, uploadId: string): Promise<void>
}

/** Uploads that a person may have open at once. */
const mostOpen = 4

interface Upload {
  readonly id: string
  readonly personId: string
  readonly draftId: string
  readonly size: number
  readonly stream: PassThrough
  readonly file: Promise<DraftFile>
  /** Aborted when `file` is settled: then nobody reads the stream any more. */
  readonly settled: AbortSignal
  offset: number
  taking: boolean
  idle: NodeJS.Timeout | undefined
}

/** @param idle ms without a byte after which an upload ends. */
export function createUploads(parts: MessageParts, idle = 60_000): Uploads {
  const open = new Map<string, Upload>()

  /** Resolves when nothing of it is left. */
  async function end(upload: Upload, why: Problem): Promise<void> {
    open.delete(upload.id)
    clearTimeout(upload.idle)
    upload.stream.destroy(why)
    await upload.file.catch(() => undefined)
  }

  function waitFor(upload: Upload): void {
    clearTimeout(upload.idle)
    if (!open.has(upload.id)) return
    upload.idle = setTimeout(() => void end(upload, tooSlow()), idle)
    upload.idle.unref()
  }

  function mine(person: Person, draftId: string, uploadId: string): Upload {
    const upload = open.get(uploadId)
    if (upload?.personId === person.id && upload.draftId === draftId) return upload
    throw new Problem('upload-unknown', 404, 'There is no such upload, or it has ended. Add the file again.')
  }

  return {
    async beginUpload(person, draftId, { name, type, size }, limit) {
      await requireRoom(parts, person, draftId, size, limit)
      const count = [...open.values()].filter(({ personId }) => personId === person.id).length
      if (count >= mostOpen) {
        throw new Problem(
          'uploads-too-many',
          429,
          `${mostOpen} files are on their way already. Wait for one of them.`,
        )
      }
      const stream = new PassThrough()
      // It may be ended before anybody reads it; whoever does is told by the reading.
      stream.on('error', () => undefined)
      const file = addFile(parts, person, draftId, { name, type }, stream, limit)
      const settled = new AbortController()
      void file.catch(() => undefined).finally(() => settled.abort())
      const upload: Upload = {
        id: newId(),
        personId: person.id,
        draftId,
        size,
        stream,
        file,
        settled: settled.signal,
        offset: 0,
        taking: false,
        idle: undefined,
      }
      open.set(upload.id, upload)
      waitFor(upload)
      return { uploadId: upload.id }
    },

    async takePiece(person, draftId, uploadId, offset, piece) {
      const upload = mine(person, draftId, uploadId)
      if (upload.taking)
        throw new Problem(
          'upload-busy',
          409,
          'A piece of this file is on its way already. Send one at a time.',
        )
      if (offset !== upload.offset) {
        throw new Problem(
          'upload-offset',
          409,
          `The next piece of this file begins at byte ${upload.offset}.`,
        )
      }
      upload.taking = true
      try {
        // A draft that was sent or thrown away takes no more of it.
        await ownedDraft(parts, person, draftId).catch(async (error: unknown) => {
          if (error instanceof Problem) await end(upload, error)
          throw error
        })
        const left = upload.size - offset
        const chunks = await collect(piece, Math.min(left, pieceLimit), () => waitFor(upload))
        const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
        if (length === 0 && left > 0)
          throw new Problem('piece-empty', 400, 'This piece of the file is empty.')
        clearTimeout(upload.idle)
        if (!(await passOn(upload.stream, upload.settled, chunks))) return await finished(upload)
        upload.offset += length
        if (upload.offset < upload.size) return undefined
        upload.stream.end()
        return await finished(upload)
      } finally {
        upload.taking = false
        waitFor(upload)
      }
    },

    async abortUpload(person, draftId, uploadId) {
      const upload = mine(person, draftId, uploadId)
      await end(upload, new Problem('upload-aborted', 409, 'This upload was given up.'))
    },

    async [Symbol.asyncDispose]() {
      const stopping = new Problem('stopping', 503, 'The gateway is stopping.')
      await Promise.all([...open.values()].map((upload) => end(upload, stopping)))
    },
  }

  /** The file, or why there is none. Either way the upload is over. */
  async function finished(upload: Upload): Promise<DraftFile> {
    try {
      return await upload.file
    } finally {
      open.delete(upload.id)
    }
  }
}

function tooSlow(): Problem {
  return new Problem('upload-idle', 408, 'Nothing of this file has come for a while. Add it again.')
}
