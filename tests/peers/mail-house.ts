import { type ParsedMail, parsed } from '../fixtures/parsed-mail.ts'
import { startDovecot } from './dovecot.ts'
import { startPostfix } from './postfix.ts'
import { startRoundcube } from './roundcube.ts'

/** Where people get their mail: Postfix takes it in, Dovecot keeps it, Roundcube shows it. All of it on loopback. */
export interface MailHouse extends AsyncDisposable {
  /** Of Postfix: what the gateway takes as its smart host, and what strangers send to. */
  readonly smtpPort: number
  /** Of Roundcube, without a slash at the end. */
  readonly url: string
  /** A person's inbox, oldest first. */
  inbox(address: string): Promise<ParsedMail[]>
  /** What the servers logged, for a failed test. */
  log(): Promise<string>
}

/** @param people password of each address. Mail to any other address goes nowhere. */
export async function startMailHouse(people: Readonly<Record<string, string>>): Promise<MailHouse> {
  await using starting = new AsyncDisposableStack()
  const dovecot = starting.use(await startDovecot(people))
  const addresses = Object.keys(people)
  const domains = new Set(addresses.map((address) => address.slice(address.indexOf('@') + 1)))
  const postfix = starting.use(
    await startPostfix({
      settings: {
        virtual_mailbox_domains: [...domains].join(', '),
        virtual_mailbox_maps: `inline:{ ${addresses.map((address) => `{ ${address} = x }`).join(', ')} }`,
        virtual_transport: `lmtp:inet:127.0.0.1:${dovecot.lmtpPort}`,
      },
    }),
  )
  const roundcube = starting.use(await startRoundcube({ imapPort: dovecot.imapPort, smtpPort: postfix.port }))
  const living = starting.move()
  return {
    smtpPort: postfix.port,
    url: roundcube.url,
    inbox: async (address) => Promise.all((await dovecot.inbox(address)).map((mail) => parsed(mail))),
    log: async () => (await Promise.all([postfix.log(), dovecot.log(), roundcube.log()])).join('\n--\n'),
    [Symbol.asyncDispose]: () => living.disposeAsync(),
  }
}
