/** The gateway with a house that is cleaned all the time, as a process of its own: `spawnGateway({ program })`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../../gateway/config/index.ts'
import { startGateway } from '../../gateway/gateway.ts'
import { createLog } from '../../gateway/log.ts'

const stopping = new AbortController()
const signalled = new Promise<void>((resolve) => {
  process.once('SIGTERM', () => {
    stopping.abort()
    resolve()
  })
})
const config = await readConfig(process.env)
const gateway = await startGateway(config, { log: createLog(config.logLevel) })
process.stdout.write(
  `${JSON.stringify({ portal: `${gateway.origin}/portal`, smtp: { port: gateway.smtpPort } })}\n`,
)
const cleaning = (async () => {
  while (!stopping.signal.aborted) {
    await gateway.messages.expireDue()
    await gateway.messages.sweep()
    await gateway.store.forget()
    await sleep(5)
  }
})()
await signalled
await cleaning
await gateway[Symbol.asyncDispose]()
