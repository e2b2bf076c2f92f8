import type { SMTPServerDataStream } from 'smtp-server'
import type { Fault } from './data-reader.ts'
import { SmtpError, left } from './smtp-error.ts'

/** Hands on what comes until that fails, and reads to the end in either case. */
export async function readAll(
  stream: SMTPServerDataStream,
  take: (chunk: Buffer) => Promise<void>,
): Promise<{ readonly error: unknown } | undefined> {
  let failure: { error: unknown } | undefined
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (failure) continue
      try {
        await take(chunk)
      } catch (error) {
        failure = { error }
      }
    }
  } catch (error) {
    // smtp-server destroys the stream when the connection ends before the message does.
    throw left(error)
  }
  return failure
}

/** Says what was wrong with the bytes, once all of them are read. */
export function refuseBroken(stream: SMTPServerDataStream, fault: Fault | undefined): void {
  if (fault !== undefined) {
    // The client and we may not agree about where its messages end, so we part.
    throw new SmtpError(550, '5.6.0', `The message has a ${fault}, which is not allowed (RFC 5321 2.3.8)`, {
      closes: true,
    })
  }
  if (stream.sizeExceeded) throw new SmtpError(552, '5.3.4', 'The message is too large')
}
