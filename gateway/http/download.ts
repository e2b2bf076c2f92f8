import { Readable } from 'node:stream'
import { create as contentDisposition } from 'content-disposition'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../problem.ts'
import { filePolicy } from './security-headers.ts'
import { parseRange } from './ranges.ts'

export interface Download {
  readonly name: string
  readonly type: string
  /** Bytes; undefined where it is not known before (an archive made while it is sent). */
  readonly size?: number
  read(start?: number, end?: number): AsyncIterable<Uint8Array>
}

/**
 * Sends a file of a message: always as something to keep, never as a page of this site, whatever its sender called
 * it. Range requests (one range) and HEAD are answered as RFC 9110 has them.
 */
export function sendDownload(request: FastifyRequest, reply: FastifyReply, file: Download): FastifyReply {
  void reply.headers({
    'content-type': safeType(file.type),
    'content-disposition': contentDisposition(safeName(file.name)),
    'content-security-policy': filePolicy,
    'cache-control': 'private, no-store',
  })
  if (file.size === undefined) return sendBytes(request, reply, file)
  void reply.header('accept-ranges', 'bytes')
  const range = parseRange(request.headers.range, file.size)
  if (range === 'unsatisfiable') {
    void reply.header('content-range', `bytes */${file.size}`).removeHeader('content-disposition')
    throw new Problem('range-unsatisfiable', 416, 'The file is shorter than the part asked for.')
  }
  if (!range) {
    void reply.header('content-length', file.size)
    return sendBytes(request, reply, file)
  }
  void reply.status(206).headers({
    'content-range': `bytes ${range.start}-${range.end - 1}/${file.size}`,
    'content-length': range.end - range.start,
  })
  return sendBytes(request, reply, file, range.start, range.end)
}

function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  file: Download,
  start?: number,
  end?: number,
) {
  // An empty stream, not an empty text: that would have its own length told.
  if (request.method === 'HEAD') return reply.send(Readable.from([]))
  return reply.send(Readable.from(file.read(start, end), { objectMode: false }))
}

/**
 * A file name without anything that could be a path, a control character, or text that changes its direction
 * (`gpj.exe` read as `exe.jpg`), at most 200 characters with its extension kept.
 */
export function safeName(name: string): string {
  const bare = name
    .normalize('NFC')
    .replaceAll(/[\\/:*?"<>|]/g, '_')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[. ]+/, '')
    .replace(/[. ]+$/, '')
  if (bare === '') return 'file'
  const characters = Array.from(bare)
  if (characters.length <= 200) return bare
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(bare)?.[0] ?? ''
  return `${characters.slice(0, 200 - extension.length).join('')}${extension}`
}

/** Types that a page may show from a blob: URL of its own origin without running anything; all else is bytes. */
const harmless = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
  'application/pdf',
  'application/zip',
  'message/rfc822',
  'text/plain',
])

function safeType(type: string): string {
  const bare = type.split(';')[0]?.trim().toLowerCase() ?? ''
  if (bare === 'text/plain') return 'text/plain; charset=utf-8'
  return harmless.has(bare) ? bare : 'application/octet-stream'
}
