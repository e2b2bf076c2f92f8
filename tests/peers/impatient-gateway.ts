/**
 * The gateway with a queue whose waits are seconds, as a process of its own: `spawnGateway({ program })`.
 * POSTERN_TEST_RETRY is a RetrySchedule as JSON.
 */
import { z } from 'zod'
import { readConfig } from '../../gateway/config/index.ts'
import { startGateway } from '../../gateway/gateway.ts'
import { createLog } from '../../gateway/log.ts'

const Schedule = z.object({ waits: z.array(z.number()), giveUpAfter: z.number() })

const retry = Schedule.parse(JSON.parse(process.env['POSTERN_TEST_RETRY'] ?? ''))
const signalled = new Promise((resolve) => process.once('SIGTERM', resolve))
const config = await readConfig(process.env)
const gateway = await startGateway(config, { log: createLog(config.logLevel), retry })
process.stdout.write(
  `${JSON.stringify({ portal: `${gateway.origin}/portal`, smtp: { port: gateway.smtpPort } })}\n`,
)
await signalled
await gateway[Symbol.asyncDispose]()
