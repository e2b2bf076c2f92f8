import { startPostfix } from '../peers/postfix.ts'
import { family } from './memory.ts'
import { type Server, outgoing, place } from './server.ts'

/** Postfix with its hold queue, durable, or relaying. */
export async function postfix(relayTo?: number): Promise<Server> {
  const running = await startPostfix({
    relayhost: `[127.0.0.1]:${relayTo ?? 9}`,
    settings: {
      ...(relayTo === undefined && { smtpd_data_restrictions: 'check_client_access static:HOLD' }),
      in_flow_delay: '0',
      default_process_limit: '200',
      smtp_destination_concurrency_limit: String(outgoing),
    },
    below: place,
  })
  return {
    port: running.port,
    processes: async () => family(await running.masterPid()),
    loopDelay: async () => undefined,
    kept: () =>
      relayTo === undefined ? running.queued('hold') : running.queued('incoming', 'active', 'deferred'),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  }
}
