import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { program } from './require.ts'

const run = promisify(execFile)

/** Sends one message with swaks, the tool mail people test with. Resolves to its transcript; rejects where it failed. */
export async function swaks({
  port,
  from,
  to,
  data,
  more = [],
}: {
  port: number
  from: string
  to: readonly string[]
  /** The whole message. */
  data: string
  more?: readonly string[]
}): Promise<string> {
  const { stdout } = await run(program('swaks'), [
    ...['--server', '127.0.0.1', '--port', String(port), '--from', from, '--to', to.join(',')],
    ...['--data', data.replace(/\r\n/g, '\\n').replace(/\n/g, '\\n')],
    ...more,
  ])
  return stdout
}
