import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { readConfig } from '../../gateway/config/index.ts'
import { startGateway } from '../../gateway/gateway.ts'
import { ensureTemporary } from '../../gateway/people/index.ts'
import { startGatewayProcess } from '../peers/gateway-process.ts'
import { send } from './load.ts'
import { place } from './servers.ts'

/**
 * p99 of the event loop's delay, ms, while 100 people sign in for the first time, choose a password, and sign in with
 * it, and mail arrives.
 */
export async function loopDelay(messages: number): Promise<{ p99: number; signedIn: number }> {
  const dataDir = await mkdtemp(join(place, 'postern-bench-loop-'))
  try {
    const people = await hundredPeople(dataDir)
    await using running = await startGatewayProcess({
      dataDir,
      environment: { POSTERN_LOG_LEVEL: 'warn', POSTERN_TRUST_PROXY: '127.0.0.1' },
    })
    const { httpUrl, smtpPort: port } = running
    await send({ port, messages: 200, size: 10_240, connections: 10, persistent: true })
    // What was measured so far is forgotten when it is read.
    await delayOf(httpUrl)
    let signedIn = 0
    await Promise.all([
      send({ port, messages, size: 10_240, connections: 20, persistent: true }),
      ...people.map(async ({ address, password }, index) => {
        // Each from a network of their own (RFC 2544's, cut in /24), or the limit of one network stops them.
        if (await firstTime(httpUrl, address, password, `198.18.${index}.1`)) signedIn++
      }),
    ])
    return { p99: await delayOf(httpUrl), signedIn }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function hundredPeople(dataDir: string): Promise<{ address: string; password: string }[]> {
  const config = await readConfig({}, { dataDir, smtpPort: 0, httpPort: 0 })
  await using running = await startGateway(config, { log: pino({ level: 'silent' }) })
  const { store, people, signin } = running
  const all = []
  for (let index = 0; index < 100; index++) {
    const person = await store.write(async (trx) => {
      const { person } = await people.ensure(trx, { address: `reader${index}@load.test` }, Date.now())
      await ensureTemporary(trx, person.id, Date.now())
      return person
    })
    const temporary = await signin.temporaryPassword(person.id)
    if (temporary) all.push({ address: person.address, password: temporary.password })
  }
  return all
}

async function firstTime(httpUrl: string, address: string, password: string, from: string): Promise<boolean> {
  const post = (path: string, body: unknown, cookie = '') =>
    fetch(httpUrl + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': from,
        ...(cookie ? { cookie } : {}),
      },
      body: JSON.stringify(body),
    })

  const chosen = 'maroon-Trellis-42-ocean'
  const first = await post('/api/sign-in', { address, password })
  const cookie = first.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const changed = await post('/api/password', { password, newPassword: chosen }, cookie)
  const second = await post('/api/sign-in', { address, password: chosen })
  return first.ok && changed.ok && second.ok
}

async function delayOf(httpUrl: string): Promise<number> {
  const metrics = await (await fetch(`${httpUrl}/metrics`)).text()
  return Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(metrics)?.[1] ?? NaN) * 1000
}
