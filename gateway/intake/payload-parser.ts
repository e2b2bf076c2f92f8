import type { SMTPServerDataStream } from 'smtp-server'
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js'
import { DataReader, type Fault } from './data-reader.ts'

/** Commands as smtp-server parses them, payload through DataReader. */
export class PayloadParser extends SMTPStream {
  #reader = new DataReader()

  get fault(): Fault | undefined {
    return this.#reader.fault
  }

  override startDataMode(maxBytes?: number | string | null): SMTPServerDataStream {
    this.#reader = new DataReader()
    return super.startDataMode(maxBytes)
  }

  override _feedDataStream(chunk: Buffer, done: (error?: Error | null) => void): void {
    const stream = this._dataStream
    if (!stream) throw new Error('the parser got payload outside of DATA')
    let read
    try {
      read = this.#reader.read(chunk)
    } catch (error) {
      // A bug of ours ends this connection; thrown from here it would end the gateway.
      done(error instanceof Error ? error : new Error('the payload could not be read'))
      return
    }
    const { content, end } = read
    this._countDataBytes(content.length)
    // What will be refused is read to its end, but not handed on.
    const wanted = content.length > 0 && !stream.sizeExceeded && stream.writable
    if (end >= 0) {
      this._endDataMode(wanted ? content : false, chunk.subarray(end), done)
    } else if (!wanted || stream.write(content)) {
      done()
    } else {
      // A stream that was destroyed does not drain, it closes.
      const go = () => {
        stream.off('drain', go).off('close', go)
        done()
      }
      stream.once('drain', go).once('close', go)
    }
  }
}
