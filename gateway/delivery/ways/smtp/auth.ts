import type { Dialogue } from './dialogue.ts'
import type { Offers } from './offers.ts'
import type { Reply } from './reply.ts'
import { SmtpTrouble } from './trouble.ts'

/** How this gateway proves itself to a server: a password, or an access token. */
export type Login =
  | { readonly user: string; readonly password: string }
  | { readonly user: string; readonly accessToken: string }

/**
 * AUTH (RFC 4954) with PLAIN (RFC 4616), else LOGIN, or XOAUTH2 for a token. Rejects with SmtpTrouble of stage
 * `auth`; what the server said of it stands in there, what was sent to it never.
 */
export async function signIn(dialogue: Dialogue, offers: Offers, login: Login, ms: number): Promise<void> {
  const hear = () => dialogue.hear('auth', ms)
  const need = (mechanism: string) => {
    if (offers.auth.includes(mechanism)) return
    const offered = offers.auth.length === 0 ? 'none' : offers.auth.join(', ')
    throw new SmtpTrouble('auth', `it offers no sign-in with ${mechanism}, but ${offered}`, '4.7.0')
  }

  if ('accessToken' in login) {
    need('XOAUTH2')
    dialogue.say(
      `AUTH XOAUTH2 ${encoded(`user=${login.user}\u0001auth=Bearer ${login.accessToken}\u0001\u0001`)}`,
    )
    let reply = await hear()
    let detail = ''
    if (reply.code === 334) {
      // What is wrong comes as a challenge; the refusal itself follows an empty answer.
      detail = ` (${Buffer.from(reply.lines.join(''), 'base64').toString().slice(0, 300)})`
      dialogue.say('')
      reply = await hear()
    }
    settled(reply, detail)
    return
  }

  const { user, password } = login
  if (offers.auth.includes('PLAIN')) {
    dialogue.say(`AUTH PLAIN ${encoded(`\0${user}\0${password}`)}`)
    settled(await hear())
    return
  }
  need('LOGIN')
  dialogue.say('AUTH LOGIN')
  for (const answer of [user, password]) {
    const reply = await hear()
    if (reply.code !== 334) settled(reply)
    dialogue.say(encoded(answer))
  }
  settled(await hear())
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64')
}

/** A refusal says nothing of the message: an administrator can put it right, so it is temporary. */
function settled({ code, text }: Reply, detail = ''): void {
  if (code === 235) return
  throw new SmtpTrouble('auth', `it refused the sign-in: ${text}${detail}`, '4.7.8')
}
