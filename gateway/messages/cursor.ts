import { z } from 'zod'
import { Problem } from '../problem.ts'

/**
 * Where a list goes on. `after`: behind this message in the order of time. `position`: at this place of a list
 * sorted otherwise, behind this message where it is still there. Ids and times only: it stands in addresses.
 */
const Cursor = z.union([
  z.object({ at: z.number(), id: z.string() }).strict(),
  z.object({ position: z.number().int().nonnegative(), id: z.string() }).strict(),
])
export type Cursor = z.infer<typeof Cursor>

export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

/** Throws Problem for what is not one of ours. */
export function readCursor(text: string): Cursor {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
  } catch (error) {
    throw new Problem(
      'cursor-malformed',
      400,
      'This page of the list is not there. Begin again with the first.',
      error,
    )
  }
}
