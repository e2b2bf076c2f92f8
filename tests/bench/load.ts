import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { program } from '../peers/require.ts'

const run = promisify(execFile)

export interface Load {
  readonly port: number
  readonly messages: number
  /** Bytes of each message's body. */
  readonly size: number
  readonly connections: number
  /** Connections are kept for the next message; else there is a new one for each. */
  readonly persistent: boolean
  /** Default: what the gateway holds. */
  readonly subject?: string
}

/** Sends mail with Postfix's smtp-source, on the same machine. Resolves to the seconds it took. */
export async function send({
  port,
  messages,
  size,
  connections,
  persistent,
  subject = '[secure] bench',
}: Load): Promise<number> {
  const begun = performance.now()
  await run(program('smtp-source'), [
    ...(persistent ? ['-d'] : []),
    ...['-s', String(connections), '-m', String(messages), '-l', String(size), '-S', subject],
    ...['-f', 'ann@example.test', '-t', 'bob@load.test', '-M', 'sender.test', `127.0.0.1:${port}`],
  ])
  return (performance.now() - begun) / 1000
}
