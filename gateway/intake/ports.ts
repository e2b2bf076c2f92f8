import { once } from 'node:events'
import { type Server, createServer } from 'node:net'
import { Problem } from '../problem.ts'

interface Place {
  readonly host: string
  readonly port: number
}

export function portTaken({ host, port }: Place, cause: unknown): Problem {
  return new Problem('smtp-port-taken', 500, `SMTP can't listen on ${host} port ${port}.`, cause)
}

/**
 * Makes sure that a port is free. Workers share theirs (SO_REUSEPORT), and the kernel would as readily let them share
 * one with another gateway of the same user; this one asks for it alone. Throws Problem where it is taken.
 */
export async function requireFree(listener: Place): Promise<void> {
  // Any free one can't be taken.
  if (listener.port === 0) return
  try {
    await close(await bound({ host: listener.host, port: listener.port }))
  } catch (error) {
    throw portTaken(listener, error)
  }
}

/** Whether several threads can listen on one port here: Linux, FreeBSD 12, and some others. */
export async function canShare(host: string): Promise<boolean> {
  try {
    await close(await bound({ host, port: 0, reusePort: true }))
    return true
  } catch {
    // Where it is not the sharing that fails, listening will fail too and say why.
    return false
  }
}

async function bound(options: { host: string; port: number; reusePort?: boolean }): Promise<Server> {
  const server = createServer().listen(options)
  await once(server, 'listening')
  return server
}

async function close(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}
