import { setTimeout as sleep } from 'node:timers/promises'
import { type CuttingProxy, type Place, startCuttingProxy } from '../peers/cutting-proxy.ts'
import { type GatewayProcess, startGatewayProcess } from '../peers/gateway-process.ts'
import { type Mailboxes, createMailboxes } from '../peers/mailboxes.ts'
import { startPolicyService } from '../peers/policy-service.ts'
import { type Postfix, freePort, startPostfix } from '../peers/postfix.ts'
import { connectSender } from '../peers/sender.ts'
import { temporaryDirectory } from '../peers/temporary.ts'
import { type Letter, domains, home, refusedField } from './torture-mail.ts'

/** A Postfix in front that takes mail in, the gateway, and behind it a bad line to a Postfix that misbehaves. */
export interface World extends AsyncDisposable {
  readonly dataDir: string
  readonly front: Postfix
  readonly behind: Postfix
  readonly proxy: CuttingProxy
  readonly mailboxes: Mailboxes
  /** The one that runs now. */
  readonly gateway: GatewayProcess
  /** When the gateway was killed, ms since 1970. */
  readonly kills: readonly number[]
  /** Kills the gateway (SIGKILL) and starts it again on the same data. */
  killGateway(): Promise<void>
  /** Hands letters to the Postfix in front, which must take each. */
  send(letters: readonly Letter[]): Promise<void>
  /** Resolves when all queues are empty; rejects after `patience` ms. */
  drained(patience: number): Promise<void>
}

/** Waits of the gateway's queue, ms. */
export interface Waits {
  readonly waits: readonly number[]
  readonly giveUpAfter: number
}

export async function startWorld({
  retry,
  limits = {},
  cut = () => false,
}: {
  retry: Waits
  /** More settings of the Postfix behind. */
  limits?: Record<string, string>
  cut?: (place: Place) => boolean
}): Promise<World> {
  await using starting = new AsyncDisposableStack()
  const mailboxes = starting.use(await createMailboxes([...domains, home]))
  const policy = starting.use(await startPolicyService(createMoods()))
  const service = `check_policy_service inet:127.0.0.1:${policy.port}`
  const behind = starting.use(
    await startPostfix({
      settings: {
        ...mailboxes.settings,
        smtpd_recipient_restrictions: `${service}, permit`,
        smtpd_end_of_data_restrictions: service,
        header_checks: `regexp:{{/^${refusedField}/ REJECT such things are not taken}}`,
        // Clients of this machine are limited as all others are.
        smtpd_client_event_limit_exceptions: '',
        in_flow_delay: '0',
        ...limits,
      },
    }),
  )
  const proxy = starting.use(await startCuttingProxy(behind.port, cut))
  const data = starting.use(await temporaryDirectory('torture'))
  const smtpPort = await freePort()
  const startGateway = () =>
    startGatewayProcess({
      dataDir: data.path,
      program: new URL('../peers/impatient-gateway.ts', import.meta.url).pathname,
      environment: {
        POSTERN_SMTP_PORT: String(smtpPort),
        POSTERN_SMART_HOST: `127.0.0.1:${proxy.port}`,
        POSTERN_TEST_RETRY: JSON.stringify(retry),
      },
    })
  let gateway = await startGateway()
  starting.defer(() => gateway[Symbol.asyncDispose]())
  const front = starting.use(
    await startPostfix({
      relayhost: `[127.0.0.1]:${smtpPort}`,
      settings: {
        minimal_backoff_time: '1s',
        maximal_backoff_time: '2s',
        queue_run_delay: '1s',
        in_flow_delay: '0',
      },
    }),
  )
  const kills: number[] = []
  const living = starting.move()
  return {
    dataDir: data.path,
    front,
    behind,
    proxy,
    mailboxes,
    kills,
    get gateway() {
      return gateway
    },
    async killGateway() {
      kills.push(Date.now())
      await gateway.kill()
      gateway = await startGateway()
    },
    async send(letters) {
      const waiting = [...letters]
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          using sender = await connectSender(front.port)
          for (let letter = waiting.shift(); letter; letter = waiting.shift()) {
            const reply = await sender.send(letter)
            if (!reply.startsWith('250 ')) throw new Error(`the Postfix in front said ${reply}`)
          }
        }),
      )
    },
    async drained(patience) {
      const end = Date.now() + patience
      for (;;) {
        const left = {
          front: await front.queued('maildrop', 'incoming', 'active', 'deferred'),
          gateway: await depthOf(gateway),
          behind: await behind.queued('maildrop', 'incoming', 'active', 'deferred'),
        }
        if (Object.values(left).every((count) => count === 0)) return
        if (Date.now() > end) throw new Error(`queues that do not empty: ${JSON.stringify(left)}`)
        await sleep(300)
      }
    },
    [Symbol.asyncDispose]: () => living.disposeAsync(),
  }
}

async function depthOf({ httpUrl }: GatewayProcess): Promise<number> {
  const metrics = await (await fetch(`${httpUrl}/metrics`)).text()
  const depths = [...metrics.matchAll(/^postern_queue_depth(?:\{[^}]*\})? (\d+)$/gm)]
  if (depths.length === 0) throw new Error('the gateway does not tell how deep its queue is')
  return depths.reduce((sum, [, depth]) => sum + Number(depth), 0)
}

/** How the Postfix behind answers for each domain. */
function createMoods() {
  const asked = new Map<string, { times: number; first: number }>()
  return async ({ recipient = '', protocol_state: state }: Readonly<Record<string, string>>) => {
    const domain = recipient.slice(recipient.indexOf('@') + 1)
    if (domain === 'slow.test') {
      await sleep(300)
      return 'DUNNO'
    }
    if (state !== 'RCPT') return 'DUNNO'
    const { times, first } = asked.get(recipient) ?? { times: 0, first: Date.now() }
    asked.set(recipient, { times: times + 1, first })
    switch (domain) {
      case 'refused.test':
        return '550 5.1.1 nobody of that name'
      case 'busy.test':
        return times < 2 ? '450 4.2.2 come back later' : 'DUNNO'
      case 'grey.test':
        return Date.now() - first < 3000 ? '451 4.7.1 greylisted' : 'DUNNO'
      case 'never.test':
        return '450 4.2.1 not today'
      default:
        return 'DUNNO'
    }
  }
}
