import type { ChannelPolicy } from './channel.ts'
import type { Login, Peer } from './smtp/index.ts'
import type { Trouble } from './trouble.ts'

/** One address of one server that may be given a message. */
export interface Candidate {
  readonly peer: Omit<Peer, 'hostname' | 'patience'>
  readonly policy: ChannelPolicy
  /** How to sign in there. */
  readonly login?: LoginSource | undefined
}

export interface LoginSource {
  /** Rejects with SmtpTrouble of stage `auth`. @param anew what was got before was refused. */
  get(anew: boolean): Promise<Login>
  /** Another can be had where one is refused: a password stays as it is, and guessing twice locks accounts. */
  readonly renewable: boolean
}

/** Where the mail of one destination goes next. */
export interface Hop {
  /** Name of the destination: `mx:example.org` or `mail.example.org:25`. */
  readonly destination: string
  /**
   * Servers in the order in which they are tried, and what is wrong with those that can't be; looked up as they are
   * asked for. Never rejects.
   * @param lenient for a message that wants to arrive more than to be safe (RFC 8689 section 5): what would be left
   * out because of a policy is tried as well.
   */
  candidates(lenient: boolean): AsyncIterable<Candidate | Trouble>
  /** A server that an administrator has named, which gets the processed header. */
  readonly named: boolean
}

export function isTrouble(one: Candidate | Trouble): one is Trouble {
  return 'kind' in one
}
