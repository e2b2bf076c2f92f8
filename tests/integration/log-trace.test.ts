/** One conversation through the log of a running gateway, from the SMTP session to the reply. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserClient } from '../fixtures/browser-client.ts'
import { until } from '../fixtures/until.ts'
import { type GatewayProcess, startGatewayProcess } from '../peers/gateway-process.ts'
import { type Remote, startRemote } from '../peers/remote.ts'
import { connectSender } from '../peers/sender.ts'
import { type Temporary, temporaryDirectory } from '../peers/temporary.ts'
import { type Line, linesOf, mailFor, passwordIn, tokenIn } from './log-parts.ts'

const bob = 'bob@elsewhere.test'
const carol = 'carol@elsewhere.test'
const alice = 'alice@example.test'
const chosen = 'seven wild herons over the marsh'

let remote: Remote
let directory: Temporary
let gateway: GatewayProcess
beforeAll(async () => {
  remote = await startRemote()
  directory = await temporaryDirectory('trace')
  gateway = await startGatewayProcess({
    dataDir: directory.path,
    environment: { POSTERN_SMART_HOST: `127.0.0.1:${remote.port}` },
  })
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await remote[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

async function sendSecure(subject: string, to = bob): Promise<string> {
  using sender = await connectSender(gateway.smtpPort)
  const reply = await sender.send({
    from: alice,
    to: [to],
    data: `From: ${alice}\r\nTo: ${to}\r\nSubject: [secure receipt] ${subject}\r\nMessage-ID: <${subject}@example.test>\r\n\r\nhello`,
  })
  const id = /queued as (\w+)/.exec(reply)?.[1]
  if (id === undefined) throw new Error(reply)
  return id
}

/** What a line tells of: its words, and of a request the route. */
function gist({ msg = '', route, method, notice, kind }: Line): string {
  if (msg === 'request') return `${String(method)} ${String(route)}`
  const what = notice ?? kind
  return typeof what === 'string' ? `${msg} ${what}` : msg
}

test('a message, its notices, the link, the sign-in, the reading and the reply all have one id', async () => {
  const browser = browserClient(gateway.httpUrl, gateway.httpUrl.replace('127.0.0.1', 'localhost'))
  const trace = await sendSecure('contract')
  const link = tokenIn(await mailFor(remote, bob, /^Secure message/))
  const password = passwordIn(await mailFor(remote, bob, /sign-in details/))
  await browser.get(`/api/links/${link}`)
  await browser.post('/api/sign-in', { address: bob, password, link })
  await browser.post('/api/password', { password, newPassword: chosen })
  const { json: linked } = await browser.get(`/api/links/${link}`)
  const { messageId } = linked as { messageId: string }
  await browser.post(`/api/messages/${messageId}/open`)
  const { json: draft } = await browser.post('/api/drafts', { kind: 'reply', messageId })
  const { id } = draft as { id: string }
  const { json: sent } = await browser.post(`/api/drafts/${id}/send`)
  expect(sent).toMatchObject({ delivered: [alice] })
  await mailFor(remote, alice, /^Re: contract/)
  await mailFor(remote, alice, /^Read: your secure message/)
  await until(() => ofTrace(trace).filter(({ msg }) => msg === 'delivered').length >= 4, 'all is delivered')

  const story = ofTrace(trace).map(gist)
  const inOrder = [
    'a message was accepted',
    'delivered notification',
    'GET /api/links/:token',
    'POST /api/sign-in',
    'a message was read',
    'POST /api/messages/:id/open',
    'POST /api/drafts',
    'a message was sent from the portal',
    'POST /api/drafts/:id/send',
    'delivered message',
  ]
  let at = -1
  for (const step of inOrder) {
    const next = story.indexOf(step, at + 1)
    expect(
      next,
      `${step} comes after ${story[at] ?? 'the beginning'} in\n${story.join('\n')}`,
    ).toBeGreaterThan(at)
    // The reply may be on its way before its own request is answered.
    if (step !== 'POST /api/drafts/:id/send') at = next
  }
  expect(story).toContain('delivered read-receipt')
  expect(story).toContain('delivered sign-in-details')

  // Whatever names the message, its copy, an answer or a dispatch of them has the id.
  const known = new Set([trace, messageId])
  for (const line of ofTrace(trace))
    for (const name of ['queueId', 'message', 'copy', 'dispatch'])
      if (typeof line[name] === 'string') known.add(line[name])
  const strays = linesOf(gateway.log()).filter(
    (line) => line.trace !== trace && Object.values(line).some((value) => known.has(value as string)),
  )
  expect(strays).toEqual([])
})

test('a reply that is mailed to a notification belongs to the conversation too', async () => {
  const trace = await sendSecure('question', carol)
  const { replyTo } = await mailFor(remote, carol, /^Secure message/)
  using sender = await connectSender(gateway.smtpPort)
  const reply = await sender.send({
    from: carol,
    to: [replyTo?.value[0]?.address ?? ''],
    data: `From: ${carol}\r\nSubject: Re: yours\r\n\r\nan answer`,
  })
  expect(reply).toMatch(/^250/)
  await mailFor(remote, alice, /^Re: question/)
  await until(
    () => ofTrace(trace).some((line) => gist(line) === 'delivered message'),
    'the answer is delivered',
  )
  expect(ofTrace(trace).map(gist)).toContain('a reply to a notification was accepted')
})

test('a request is logged by its route, with what became of it and how long it took', async () => {
  const secret = 'do-not-log-this'
  await fetch(`${gateway.httpUrl}/m/${secret}?x=${secret}`)
  await fetch(`${gateway.httpUrl}/api/messages/${secret}/open`, { method: 'POST' })
  await fetch(`${gateway.httpUrl}/${secret}`)
  const requests = () =>
    linesOf(gateway.log()).filter(({ msg, route }) => msg === 'request' && route === 'none')
  await until(() => requests().length > 0, 'the last one is logged')
  expect(requests().at(-1)).toMatchObject({ method: 'GET', status: 404, problem: 'not-found' })
  expect(requests().at(-1)?.['ms']).toEqual(expect.any(Number))
  expect(gateway.log()).not.toContain(secret)
})

function ofTrace(trace: string): Line[] {
  return linesOf(gateway.log()).filter((line) => line.trace === trace)
}
