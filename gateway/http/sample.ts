import SMTPConnection from 'nodemailer/lib/smtp-connection'
import MailComposer from 'nodemailer/lib/mail-composer'
import type { TryRequest, TryResponse } from '../../shared/contract/index.ts'
import type { z } from 'zod'
import { Problem } from '../problem.ts'

interface Listener {
  readonly host: string
  readonly port: number
}

const from = 'alice@example.test'

/** Sends a sample secure message by SMTP to the gateway's own listener, as a mail program would. */
export async function sendSample(
  listener: Listener,
  request: z.output<typeof TryRequest>,
): Promise<TryResponse> {
  const to = request.to ?? 'bob@elsewhere.test'
  const mail = await new MailComposer({
    from: { name: 'Alice Example', address: from },
    to,
    subject: `[secure] ${request.subject?.trim() || 'The contract, for your eyes only'}`,
    text: request.text?.trim() || sampleText,
  })
    .compile()
    .build()
  const reply = await submit(listener, to, mail)
  return { reply, from, to }
}

const sampleText = `Hello Bob,

here is what we agreed on. Nobody but you can read it: it never left the gateway.

Please answer with Reply: it comes back to my ordinary mailbox, in the same thread.

Alice`

function submit({ host, port }: Listener, to: string, mail: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = new SMTPConnection({
      // Every address of this machine includes loopback, which may relay by default.
      host: host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host,
      port,
      name: 'sample.example.test',
      // Our own listener, on this machine: its certificate is of its own making.
      tls: { rejectUnauthorized: false },
      connectionTimeout: 10_000,
    })
    const fail = (error: Error) => {
      connection.close()
      reject(new Problem('sample-refused', 502, `The gateway did not take it: ${error.message}`, error))
    }
    connection.once('error', fail)
    connection.connect(() => {
      connection.send({ from, to: [to] }, mail, (error, sent) => {
        if (error) {
          fail(error)
          return
        }
        connection.quit()
        resolve(sent.response)
      })
    })
  })
}
