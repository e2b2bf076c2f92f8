import { type TestGateway, startTestGateway } from '../fixtures/gateway.ts'
import { sendMail } from '../fixtures/mail.ts'
import type { ParsedMail } from '../fixtures/parsed-mail.ts'
import { type MailHouse, startMailHouse } from '../peers/mail-house.ts'

/** Everything around a person's browser: their mail house, a gateway they come to trust, and one they don't know. */
export interface ExtensionWorld extends AsyncDisposable {
  readonly house: MailHouse
  readonly gateway: TestGateway
  readonly stranger: TestGateway
  /** Sends a message through a gateway, marked secure. */
  sendSecure(
    through: TestGateway,
    mail: Omit<Parameters<typeof sendMail>[1], 'from'> & { from?: string },
  ): Promise<void>
  /** Waits for a mail in somebody's inbox. */
  arrived(address: string, subject: RegExp): Promise<ParsedMail>
  /** Sends a notification of the gateway once more, changed, past the gateway: as a forger does. */
  forge(
    original: ParsedMail,
    mail: { to: string; subject: string; change: (text: string) => string },
  ): Promise<void>
}

export const alice = 'alice@example.test'
export const password = 'mailbox of mine'

/** @param people addresses that have a mailbox, besides Alice. */
export async function startExtensionWorld(people: readonly string[]): Promise<ExtensionWorld> {
  await using starting = new AsyncDisposableStack()
  const house = starting.use(
    await startMailHouse(Object.fromEntries([alice, ...people].map((address) => [address, password]))),
  )
  const settings = { smartHost: `127.0.0.1:${house.smtpPort}` }
  const gateway = starting.use(await startTestGateway({ settings }))
  const stranger = starting.use(await startTestGateway({ settings }))
  const living = starting.move()
  return {
    house,
    gateway,
    stranger,
    async sendSecure(through, mail) {
      await sendMail(through, {
        from: `Alice Example <${alice}>`,
        ...mail,
        subject: `[secure] ${mail.subject}`,
      })
    },
    async arrived(address, subject) {
      let inbox: ParsedMail[] = []
      for (const end = Date.now() + 30_000; Date.now() < end;) {
        inbox = await house.inbox(address)
        const found = inbox.findLast((mail) => subject.test(mail.subject ?? ''))
        if (found) return found
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
      const subjects = inbox.map((mail) => mail.subject).join(', ')
      throw new Error(`no mail ${subject.source} came to ${address}, but: ${subjects}\n${await house.log()}`)
    },
    async forge(original, { to, subject, change }) {
      await sendMail(
        { smtpPort: house.smtpPort },
        {
          from: original.from?.text ?? '',
          to,
          subject,
          text: change(original.text ?? ''),
          html: change(original.html === false ? '' : original.html),
        },
      )
    },
    [Symbol.asyncDispose]: () => living.disposeAsync(),
  }
}
