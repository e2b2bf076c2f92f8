import type { MessagePort } from 'node:worker_threads'
import { pino } from 'pino'
import { createReceiving } from '../messages/index.ts'
import { readReplyAddress } from '../notices/index.ts'
import { createPeople } from '../people/index.ts'
import { createPolicy } from '../policy/index.ts'
import { openReader } from '../store/index.ts'
import { createVault } from '../vault/index.ts'
import { openListeners } from './listeners.ts'
import { portableMessage, portableSealed } from './portable.ts'
import { gatherSealed } from './seal-counts.ts'
import { errorData } from './worker-error.ts'
import { createWorkerLink } from './worker-link.ts'
import type { WorkerSetup } from './worker-protocol.ts'

/**
 * What a worker does: listeners of its own, and all of a message up to the one transaction that stores it, which is
 * the main thread's. It reads the store by a connection of its own and knows the master key; nobody else's mail
 * waits for what a message does to this thread.
 */
export async function takeMail(port: MessagePort, setup: WorkerSetup): Promise<void> {
  const { config, shared, tls, dataDir, logLevel } = setup
  let stop: () => void = () => undefined
  const stopped = new Promise<void>((resolve) => (stop = resolve))
  const link = createWorkerLink(port, () => stop())
  // Times and what is to be cut out are the main thread's matter, which writes the lines.
  const log = pino(
    { level: logLevel, base: null, timestamp: false, serializers: { err: errorData } },
    { write: (line: string) => link.say({ type: 'log', line }) },
  )
  try {
    const now = Date.now
    await using store = await openReader(dataDir, {
      largest: config.sizeLimit,
      tell: (trouble) => link.say({ type: 'trouble', error: errorData(trouble) }),
    })
    using sealing = gatherSealed(link.counts)
    const vault = createVault(setup.masterKey, sealing)
    const people = createPeople({ store, vault, now })
    const messages = createReceiving(store, {
      async store(message) {
        const { data, given } = portableMessage(message)
        return link.ask('store', { message: data }, given)
      },
      async storeReply(copyId, reply, facts) {
        const { data, given } = portableSealed(reply)
        return link.ask('reply', { copyId, sealed: data, facts }, given)
      },
    })
    await using listeners = await openListeners(
      {
        config,
        tls,
        people,
        policy: createPolicy({ store, people }),
        messages,
        signin: {
          authenticate: (address, password, ip) => link.ask('authenticate', { address, password, ip }),
        },
        readReplyAddress: (address) => readReplyAddress(vault, address),
        mac: (purpose, data) => vault.mac(purpose, data),
        counts: link.counts,
        now,
        log,
      },
      shared,
    )
    link.say({ type: 'listening', ports: listeners.ports })
    await stopped
  } catch (error) {
    link.say({ type: 'failed', error: errorData(error) })
  } finally {
    link.flush()
    // Connections that did not end in time, and what still waits for an answer, end with the thread.
    port.close()
  }
}
