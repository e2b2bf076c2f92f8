import { once } from 'node:events'
import { type Socket, connect as connectTcp } from 'node:net'
import { type Dialogue, createDialogue } from './dialogue.ts'
import { type Offers, offersOf } from './offers.ts'
import { type Patience, usualPatience } from './patience.ts'
import { type Secured, securedOf } from './secured.ts'
import { type Session, sessionOf } from './session.ts'
import { SmtpTrouble, messageOf } from './trouble.ts'

/** Whom to connect to, and how. */
export interface Peer {
  /** Name that the certificate is for. */
  readonly host: string
  /** IP address. */
  readonly address: string
  readonly port: number
  /** What EHLO says. */
  readonly hostname: string
  /** `implicit`: from the first byte. `offered`: STARTTLS where it is offered. `never`: in clear. */
  readonly tls: 'implicit' | 'offered' | 'never'
  /** Certificates (PEM) trusted instead of the system's. */
  readonly ca?: string | undefined
  readonly patience?: Partial<Patience> | undefined
  /** Ends the connecting, wherever it is; a connection that is made is its owner's to cut. */
  readonly signal?: AbortSignal | undefined
}

/** Connects, greets, and sets up TLS. Rejects with SmtpTrouble. */
export async function connect(peer: Peer): Promise<Session> {
  const patience = { ...usualPatience, ...peer.patience }
  const socket = await connected(peer, patience.connect)
  const dialogue = createDialogue(socket)
  const cut = () => dialogue.destroy()
  peer.signal?.addEventListener('abort', cut)
  try {
    let secured = peer.tls === 'implicit' ? await encrypted(dialogue, peer, patience) : undefined
    await greeted(dialogue, patience)
    let offers = await hello(dialogue, peer.hostname, patience)
    if (peer.tls === 'offered' && offers.startTls) {
      dialogue.say('STARTTLS')
      const reply = await dialogue.hear('tls', patience.reply)
      if (reply.code !== 220) throw new SmtpTrouble('tls', `it refused STARTTLS: ${reply.text}`, '4.7.0')
      secured = await encrypted(dialogue, peer, patience)
      // What it said before is not worth knowing (RFC 3207 section 4.2).
      offers = await hello(dialogue, peer.hostname, patience)
    }
    return sessionOf(peer, dialogue, offers, secured, patience)
  } catch (error) {
    dialogue.destroy()
    throw error
  } finally {
    peer.signal?.removeEventListener('abort', cut)
  }
}

async function connected({ address, port, signal }: Peer, ms: number): Promise<Socket> {
  const socket = connectTcp({ host: address, port, noDelay: true, keepAlive: true })
  try {
    const late = AbortSignal.timeout(ms)
    await once(socket, 'connect', { signal: signal ? AbortSignal.any([late, signal]) : late })
    return socket
  } catch (error) {
    socket.destroy()
    const why =
      error instanceof Error && error.name === 'AbortError' ? 'it does not answer' : messageOf(error)
    throw new SmtpTrouble('connect', why, '4.4.1', error)
  }
}

async function greeted(dialogue: Dialogue, { reply: ms }: Patience): Promise<void> {
  const { code, text } = await dialogue.hear('greeting', ms)
  if (code !== 220) throw new SmtpTrouble('greeting', `it greeted with ${text}`, '4.3.2')
}

async function hello(dialogue: Dialogue, hostname: string, { reply: ms }: Patience): Promise<Offers> {
  const name = hostname.replace(/[^\w.:[\]-]/g, '')
  dialogue.say(`EHLO ${name}`)
  const ehlo = await dialogue.hear('hello', ms)
  if (ehlo.code === 250) return offersOf(ehlo)
  // RFC 5321 section 3.2: one that knows no EHLO is greeted as of old.
  if (ehlo.code >= 500) {
    dialogue.say(`HELO ${name}`)
    const helo = await dialogue.hear('hello', ms)
    if (helo.code === 250) return offersOf(undefined)
    throw new SmtpTrouble('hello', `it answered HELO with ${helo.text}`, '4.3.2')
  }
  throw new SmtpTrouble('hello', `it answered EHLO with ${ehlo.text}`, '4.3.2')
}

async function encrypted(dialogue: Dialogue, { host, ca }: Peer, { tls: ms }: Patience): Promise<Secured> {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  const socket = await dialogue.encrypt(
    {
      host: bare,
      // RFC 6066 section 3: no IP addresses.
      ...(/[:]|^[\d.]+$/.test(bare) ? {} : { servername: bare }),
      // Whether the certificate will do is for the policy of the message to say, with the connection at hand.
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      ...(ca === undefined ? {} : { ca }),
    },
    ms,
  )
  return securedOf(socket)
}
