import type { Command } from 'commander'
import type { Logger } from 'pino'
import { type Gateway, startGateway } from '../gateway.ts'
import { createLog } from '../log.ts'
import { type CommonOptions, type Terminal, command, configOf } from './command.ts'

/** A stop waits as long as this for what still runs, ms; then the process ends with code 1. */
const stopTime = 25_000

/** `postern start`: runs the gateway until SIGTERM or SIGINT. */
export function startCommand(terminal: Terminal): Command {
  return command('start', 'run the gateway').action(async (options: CommonOptions) => {
    // Signals count from the first moment: one that comes while starting stops as soon as it has started.
    const signalled = nextSignal()
    const config = await configOf(options)
    const log = createLog(config.logLevel, {
      secrets: [config.smartHostPassword, config.smartHostRefreshToken],
    })
    for (const variable of config.unknownVariables) log.warn({ variable }, 'no such variable of the gateway')
    const gateway = await startGateway(config, { log })
    terminal.out(options.json ? `${JSON.stringify(summary(gateway))}\n` : welcome(gateway))
    const signal = await signalled
    log.info({ signal }, 'stopping')
    await stop(gateway, log)
    if (!options.json) terminal.out('Postern has stopped.\n')
  })
}

/** Resolves at the first signal; later ones are ignored, for `npm` and the terminal both send one. */
function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve)
  })
}

async function stop(gateway: Gateway, log: Logger): Promise<void> {
  const late = setTimeout(() => {
    log.error('something did not end in time; what was acknowledged is safe')
    process.exit(1)
  }, stopTime)
  late.unref()
  await gateway[Symbol.asyncDispose]()
  clearTimeout(late)
}

function summary(gateway: Gateway) {
  const { origin, config, smtpPort, smtpsPort, firstSignIn, delivery } = gateway
  return {
    portal: `${origin}/portal`,
    outbox: delivery.sandbox ? `${origin}/outbox` : null,
    smtp: { host: config.host, port: smtpPort, tlsPort: smtpsPort ?? null },
    sandbox: delivery.sandbox,
    data: config.dataDir,
    firstSignIn: firstSignIn ?? null,
  }
}

function welcome(gateway: Gateway): string {
  const { origin, config, smtpPort, smtpsPort, delivery, firstSignIn } = gateway
  const host = ['127.0.0.1', '::1', '0.0.0.0', '::'].includes(config.host) ? 'localhost' : config.host
  const implicit = smtpsPort === undefined ? '' : `, with TLS on ${smtpsPort}`
  const lines = [
    '',
    'Postern is running.',
    '',
    `  Portal    ${origin}/portal`,
    ...(delivery.sandbox ? [`  Outbox    ${origin}/outbox   (sandbox: nothing leaves this machine)`] : []),
    `  SMTP      ${host}:${smtpPort}${implicit}`,
    `  Data      ${config.dataDir}`,
  ]
  if (firstSignIn) {
    lines.push(
      '',
      'Sign in as the first administrator, and choose a password:',
      '',
      `  Email Address   ${firstSignIn.address}`,
      `  Password        ${firstSignIn.password}`,
    )
  }
  if (delivery.sandbox) {
    lines.push(
      '',
      `Send a first secure message: press Try it on ${origin}/, or run`,
      '',
      `  swaks --server ${host}:${smtpPort} --from alice@example.test --to bob@elsewhere.test \\`,
      `        --header 'Subject: [secure] Hello' --body 'For your eyes only.'`,
    )
  }
  lines.push('', 'Stop with Ctrl+C.', '')
  return `${lines.join('\n')}\n`
}
