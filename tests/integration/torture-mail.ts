/** The mail of the torture, and what the servers behind do with it, by domain of the recipient. */

export const domains = [
  /** Taken at once. */
  'taken.test',
  /** 550 at RCPT. */
  'refused.test',
  /** 450 at RCPT, the first times. */
  'busy.test',
  /** 451 at RCPT until some seconds have passed. */
  'grey.test',
  /** 450 at RCPT for ever. */
  'never.test',
  /** Answers at RCPT and after the final dot come late. */
  'slow.test',
  /** The connection is cut at RCPT, and in the middle of the message, the first times. */
  'cut-rcpt.test',
  'cut-data.test',
  /** Where those are to whom secure mail goes: they get notices. */
  'portal.test',
] as const
export type Domain = (typeof domains)[number]

/** Of the senders, whose mailboxes are behind as well. */
export const home = 'example.test'

/** What the header says where the server behind is to refuse a message for what is in it. */
export const refusedField = 'X-Torture: refuse'

interface Kind {
  readonly to: readonly Domain[]
  /** Bytes, about. */
  readonly size?: number
  readonly secure?: boolean
  readonly refused?: boolean
}

/** In turn; a mailing to many at one domain is one of them. */
const kinds: readonly Kind[] = [
  { to: ['taken.test'] },
  { to: ['refused.test'] },
  { to: ['busy.test'] },
  { to: ['cut-data.test'] },
  { to: ['portal.test'], secure: true },
  { to: ['taken.test'], size: 40_000 },
  { to: ['grey.test'] },
  { to: ['taken.test', 'refused.test', 'busy.test', 'grey.test', 'cut-data.test', 'slow.test'] },
  { to: ['cut-rcpt.test'] },
  { to: ['taken.test'], refused: true },
  { to: ['taken.test'], size: 400_000 },
  { to: ['slow.test'] },
  { to: ['cut-data.test'], size: 200_000 },
  { to: ['refused.test'], secure: true },
  { to: ['taken.test', 'busy.test', 'refused.test'], refused: true },
  { to: [...Array<Domain>(12).fill('taken.test'), 'refused.test', 'refused.test'] },
  { to: ['cut-rcpt.test', 'busy.test', 'taken.test'] },
  { to: ['never.test'] },
  { to: ['taken.test'] },
  { to: ['portal.test', 'refused.test'], secure: true },
]

export interface Letter {
  readonly from: string
  /** No address stands in two letters, so that an address says which letter is meant. */
  readonly to: readonly string[]
  readonly messageId: string
  readonly secure: boolean
  /** Refused for what is in it. */
  readonly refused: boolean
  /** Lines end in LF. */
  readonly body: string
  /** Whole; lines end in CRLF. */
  readonly data: string
}

/** @param canary stands in subject and body of secure mail, and nowhere else. */
export function lettersOf(count: number, canary: string, without: readonly Domain[] = []): Letter[] {
  const used = kinds.filter(({ to }) => !to.some((domain) => without.includes(domain)))
  return Array.from({ length: count }, (_, index) => {
    const { to, size = 500, secure = false, refused = false } = used[index % used.length] ?? { to: [] }
    const name = `m${index}`
    const messageId = `<${name}@${home}>`
    const recipients = to.map((domain, place) => `${name}.${place}@${domain}`)
    const line = `${secure ? canary : 'plain'} ${name} ${'.'.repeat(50)}\n`
    const body = `Dear you,\n.\n..\n${line.repeat(Math.ceil(size / line.length))}The end of ${name}.\n`
    const header = [
      `From: Ann <ann${index % 10}@${home}>`,
      `To: ${recipients.join(', ')}`,
      `Subject: ${secure ? `[secure] ${canary}` : name}`,
      `Message-ID: ${messageId}`,
      ...(refused ? [refusedField] : []),
    ]
    const data = `${header.join('\n')}\n\n${body}`.replaceAll('\n', '\r\n')
    return {
      from: `ann${index % 10}@${home}`,
      to: recipients,
      messageId,
      secure,
      refused,
      body,
      data: data.slice(0, -2),
    }
  })
}

/** How it must end for one recipient of a letter. */
export function endFor(letter: Letter, recipient: string): 'delivered' | 'bounced' {
  return letter.refused || /@(refused|never)\.test$/.test(recipient) ? 'bounced' : 'delivered'
}
