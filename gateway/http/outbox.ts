import { Readable } from 'node:stream'
import { z } from 'zod'
import { OutboxEntry, TryRequest, TryResponse } from '../../shared/contract/index.ts'
import { Problem } from '../problem.ts'
import type { App, RouteParts } from './parts.ts'
import { filePolicy } from './security-headers.ts'
import { sendSample } from './sample.ts'

const tags = ['sandbox']
const config = { access: 'anyone' } as const

/** The sandbox: what would have left this machine, and a way to try the gateway. Not there with a smart host. */
export function outboxRoutes(app: App, { delivery, smtp, now }: RouteParts): void {
  app.get(
    '/outbox.json',
    {
      config,
      schema: { tags, summary: 'Mail in the outbox, newest first', response: { 200: z.array(OutboxEntry) } },
    },
    async () => {
      const entries = await delivery.outbox.list(1000)
      return entries.map(({ id, from, to, subject, at }) => ({ id, from, to: [...to], subject, date: at }))
    },
  )

  app.get(
    '/outbox/:file',
    {
      config,
      schema: {
        tags,
        summary: 'One mail of the outbox as it would have left: /outbox/<id>.eml',
        params: z.object({ file: z.string().regex(/^[0-9a-z]{26}\.eml$/) }),
      },
    },
    async (request, reply) => {
      const mail = await delivery.outbox.read(request.params.file.slice(0, -'.eml'.length))
      if (!mail) throw new Problem('mail-unknown', 404, 'There is no such mail in the outbox.')
      void reply.headers({ 'content-type': 'message/rfc822', 'content-security-policy': filePolicy })
      return reply.send(Readable.from(request.method === 'HEAD' ? [] : mail, { objectMode: false }))
    },
  )

  // Anybody on this machine may press the button; a loop shall not fill its disk.
  const perMinute = 30
  let minute = 0
  let sent = 0
  app.post(
    '/api/try',
    {
      config,
      schema: {
        tags,
        summary: 'Send a sample secure message through the SMTP listener',
        body: TryRequest,
        response: { 200: TryResponse },
      },
    },
    async (request) => {
      const listener = smtp()
      if (!listener) throw new Problem('starting', 503, 'The gateway is still starting. Try again.')
      const thisMinute = Math.floor(now() / 60_000)
      if (thisMinute !== minute) {
        minute = thisMinute
        sent = 0
      }
      if (++sent > perMinute) {
        throw new Problem('too-many', 429, 'That were many samples at once. Wait a minute and try again.')
      }
      return sendSample(listener, request.body)
    },
  )
}
