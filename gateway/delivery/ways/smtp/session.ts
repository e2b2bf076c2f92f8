import { type Login, signIn } from './auth.ts'
import type { Dialogue } from './dialogue.ts'
import type { Offers } from './offers.ts'
import type { Patience } from './patience.ts'
import type { Secured } from './secured.ts'
import { type Answer, type Letter, sendLetter } from './transaction.ts'

/** One connection to an SMTP server: greeted, encrypted where that could be had, signed in by none yet. */
export interface Session {
  /** Name of the server, as it was asked for. */
  readonly host: string
  /** `host:port` for people; the address where the host is none. */
  readonly server: string
  /** The name it gives itself, lower case; '' where it gives none. */
  readonly greets: string
  readonly offers: Offers
  /** Undefined: in clear. */
  readonly secured: Secured | undefined
  /** False once it is closed by either side. */
  readonly open: boolean
  /** Messages sent. */
  readonly used: number
  /** Rejects with SmtpTrouble of stage `auth`. */
  signIn(login: Login): Promise<void>
  /**
   * One transaction. Never rejects for what the server does; rejects where the message can't be read.
   * Resolves to an answer for each recipient, in their order.
   */
  send(letter: Letter): Promise<Answer[]>
  /** QUIT. */
  quit(): void
  /** Cuts the connection: a message in the middle of DATA is not accepted by the server. */
  cut(): void
}

/** What was set up over a dialogue, ready for transactions. */
export function sessionOf(
  { host, port }: { readonly host: string; readonly port: number },
  dialogue: Dialogue,
  offers: Offers,
  secured: Secured | undefined,
  patience: Patience,
): Session {
  let used = 0
  let begun = false
  return {
    host,
    server: serverName({ host, port }),
    greets: offers.name,
    offers,
    secured,
    get open() {
      return dialogue.open
    },
    get used() {
      return used
    },
    signIn: (login) => signIn(dialogue, offers, login, patience.reply),
    async send(letter) {
      used++
      const reset = begun
      begun = true
      const { answers, ended } = await sendLetter(dialogue, offers, letter, patience, reset)
      // A message that was taken ends its transaction by itself.
      begun = !ended
      return answers
    },
    quit() {
      dialogue.say('QUIT')
      dialogue.end()
    },
    cut: () => dialogue.destroy(),
  }
}

/** `mail.example.org:25`, `[2001:db8::1]:25`: as people read it, and as logs and outcomes have it. */
export function serverName({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
