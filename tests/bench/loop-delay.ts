import { pino } from 'pino'
import { readConfig } from '../../gateway/config/index.ts'
import { startGateway } from '../../gateway/gateway.ts'
import { gateway } from './gateway.ts'
import { send } from './load.ts'
import { type Newcomer, firstSignIn, newcomer } from './person.ts'
import { type LoopDelay, freshDirectory } from './server.ts'

/**
 * Delay of the main thread's event loop while 100 people sign in for the first time, choose a password, and sign in
 * with it, and mail arrives.
 */
export async function loopDelay(messages: number): Promise<{ delay: LoopDelay; signedIn: number }> {
  await using directory = await freshDirectory('loop')
  const dataDir = directory.path
  const people = await hundredPeople(dataDir)
  await using running = await gateway({ dataDir, environment: { POSTERN_TRUST_PROXY: '127.0.0.1' } })
  const { httpUrl, port } = running
  await send({ port, messages: 200, size: 10_240, connections: 10, persistent: true })
  await running.loopDelay()
  const [, ...signedIn] = await Promise.allSettled([
    send({ port, messages, size: 10_240, connections: 20, persistent: true }),
    // Each from a network of their own (RFC 2544's, cut in /24), or the limit of one network stops them.
    ...people.map((person, index) => firstSignIn(httpUrl, person, `198.18.${index}.1`)),
  ])
  return {
    delay: await running.loopDelay(),
    signedIn: signedIn.filter(({ status }) => status === 'fulfilled').length,
  }
}

async function hundredPeople(dataDir: string): Promise<Newcomer[]> {
  const config = await readConfig({}, { dataDir, smtpPort: 0, httpPort: 0 })
  await using running = await startGateway(config, { log: pino({ level: 'silent' }) })
  const all = []
  for (let index = 0; index < 100; index++) all.push(await newcomer(running, `reader${index}@load.test`))
  return all
}
