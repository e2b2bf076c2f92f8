import {
  type DecodedPacket,
  type RecordType,
  AUTHENTIC_DATA,
  RECURSION_DESIRED,
  decode,
  encode,
} from 'dns-packet'
import { z } from 'zod'

/** The kinds of records that are asked for. */
export interface RecordData {
  A: string
  AAAA: string
  MX: { readonly exchange: string; readonly preference: number }
  TXT: string
  TLSA: {
    readonly usage: number
    readonly selector: number
    readonly matchingType: number
    readonly certificate: Buffer
  }
  NS: string
}
export type AskedType = keyof RecordData

/** What each kind is, after dns-packet; what is none is left out. */
const shapes: { readonly [Type in AskedType]: z.ZodType<RecordData[Type]> } = {
  A: z.ipv4(),
  AAAA: z.ipv6(),
  MX: z.object({ exchange: z.string().transform(toName), preference: z.number().default(0) }),
  TXT: z.array(z.instanceof(Uint8Array)).transform((parts) => Buffer.concat(parts).toString('latin1')),
  TLSA: z.object({
    usage: z.number(),
    selector: z.number(),
    matchingType: z.number(),
    certificate: z.instanceof(Buffer),
  }),
  NS: z.string().transform(toName),
}

/** What a server said to one question. */
export interface Said<Type extends AskedType> {
  readonly rcode: string
  /** The server has checked DNSSEC for all of it (RFC 4035 section 3.2.3); worth what the way to it is worth. */
  readonly authentic: boolean
  /** The name at the end of the aliases (CNAME). */
  readonly canonical: string
  readonly records: readonly RecordData[Type][]
  /** Seconds; that of the SOA where there is nothing (RFC 2308 section 5). */
  readonly ttl: number
}

/** RFC 1035 section 4.1.1. */
const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']

/** Longest chain of aliases. */
const mostAliases = 16

/** Lower case, no dot at the end; '' is the root. */
export function toName(text: string): string {
  return text.toLowerCase().replace(/\.$/, '')
}

/** False for what does not fit into a question (RFC 1035 section 2.3.4). */
export function isName(name: string): boolean {
  return (
    name === '' || (name.length <= 253 && name.split('.').every((label) => /^[\x21-\x7e]{1,63}$/.test(label)))
  )
}

/** A question, wanting to know whether DNSSEC was checked (RFC 6840 section 5.7). @param id 16 bits. */
export function toQuestion(id: number, name: string, type: AskedType): Buffer {
  return encode({
    type: 'query',
    id,
    flags: RECURSION_DESIRED | AUTHENTIC_DATA,
    questions: [{ name: name === '' ? '.' : name, type, class: 'IN' }],
    additionals: [
      // What fits into one packet on every network (DNS flag day 2020).
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  })
}

/** Undefined where it is not the answer to this question: somebody guesses, or an old one comes late. */
export function toAnswer(
  bytes: Buffer,
  id: number,
  name: string,
  type: AskedType,
): DecodedPacket | undefined {
  let packet: DecodedPacket
  try {
    packet = decode(bytes)
  } catch {
    return undefined
  }
  const [question] = packet.questions ?? []
  const fits =
    packet.type === 'response' &&
    packet.id === id &&
    question !== undefined &&
    toName(question.name.replace(/^\.$/, '')) === name &&
    question.type === type
  return fits ? packet : undefined
}

/** Follows the aliases to the records asked for. Undefined where they go round in a circle. */
export function toSaid<Type extends AskedType>(
  packet: DecodedPacket,
  name: string,
  type: Type,
): Said<Type> | undefined {
  const answers = packet.answers ?? []
  let canonical = name
  let ttl = Infinity
  for (let hops = 0; ; hops++) {
    if (hops > mostAliases) return undefined
    const alias = answers.find((one) => one.type === 'CNAME' && toName(one.name) === canonical)
    if (alias?.type !== 'CNAME') break
    ttl = Math.min(ttl, alias.ttl ?? 0)
    canonical = toName(alias.data)
  }
  const records: RecordData[Type][] = []
  for (const one of answers) {
    // dns-packet knows more kinds than are asked for; the name tells its kind apart.
    if (one.type !== (type as RecordType) || toName(one.name.replace(/^\.$/, '')) !== canonical) continue
    const read = shapes[type].safeParse('data' in one ? one.data : undefined)
    if (!read.success) continue
    records.push(read.data)
    if ('ttl' in one) ttl = Math.min(ttl, one.ttl ?? 0)
  }
  if (records.length === 0) {
    const soa = (packet.authorities ?? []).find((one) => one.type === 'SOA')
    ttl = soa?.type === 'SOA' ? Math.min(soa.ttl ?? 0, soa.data.minimum ?? 0) : 0
  }
  return {
    rcode: rcodes[(packet.flags ?? 0) & 15] ?? 'an error',
    authentic: packet.flag_ad,
    canonical,
    records,
    ttl: Number.isFinite(ttl) ? ttl : 0,
  }
}
