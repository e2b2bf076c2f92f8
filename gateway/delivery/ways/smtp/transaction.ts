import type { Dialogue } from './dialogue.ts'
import { createDotStuffing } from './dots.ts'
import type { Offers } from './offers.ts'
import { type Reply, statusOf } from './reply.ts'
import type { Patience } from './patience.ts'
import { SmtpTrouble } from './trouble.ts'

/** A message and whom it is for, as it goes over the wire. Addresses may have U-labels where `utf8` says so. */
export interface Letter {
  /** '' is the null sender. */
  readonly from: string
  readonly recipients: readonly {
    readonly address: string
    /** Parameters of RCPT, each as it stands there. */
    readonly parameters: readonly string[]
  }[]
  /** Parameters of MAIL, each as it stands there. */
  readonly parameters: readonly string[]
  read(): AsyncIterable<Uint8Array>
}

/** What became of one recipient. */
export type Answer =
  /** The reply that decided. */
  | { readonly reply: Reply }
  /**
   * There was none. `lost`: the whole message was sent, and whether it was taken nobody knows (RFC 1047).
   * `untouched`: the server answered nothing of this transaction.
   */
  | { readonly trouble: SmtpTrouble; readonly lost: boolean; readonly untouched: boolean }

/**
 * MAIL, RCPT and DATA, at once where the server offers PIPELINING (RFC 2920), then the message.
 * @param reset RSET first: the transaction before this one did not come to its end.
 * @returns answers, and whether the transaction is over by itself.
 */
export async function sendLetter(
  dialogue: Dialogue,
  { pipelining }: Pick<Offers, 'pipelining'>,
  letter: Letter,
  patience: Patience,
  reset: boolean,
): Promise<{ answers: Answer[]; ended: boolean }> {
  const decided: (Reply | undefined)[] = letter.recipients.map(() => undefined)
  let untouched = true
  let lost = false
  let ended = false
  const hear = async (ms = patience.reply): Promise<Reply> => {
    const reply = await dialogue.hear('transaction', ms)
    // Said while it was idle, and read only now.
    if (untouched && reply.code === 421) {
      throw new SmtpTrouble('transaction', `it ended the session: ${reply.text}`, statusOf(reply))
    }
    untouched = false
    // It goes away whatever was asked (RFC 5321 section 3.8); nothing after this will be answered.
    if (reply.code === 421) dialogue.end()
    return reply
  }
  const decideAll = (reply: Reply) => {
    for (const index of decided.keys()) decided[index] ??= reply
  }

  try {
    const commands = commandsOf(letter)
    if (dialogue.early) throw new SmtpTrouble('transaction', `it said unasked: ${dialogue.early.text}`)
    if (reset) {
      dialogue.say('RSET')
      const { code, text } = await dialogue.hear('transaction', patience.reply)
      if (code !== 250) throw new SmtpTrouble('transaction', `it answered RSET with ${text}`, '4.5.0')
    }
    if (pipelining) dialogue.say(...commands, 'DATA')
    const ask = async (command: string) => {
      if (!pipelining) dialogue.say(command)
      return hear()
    }

    const [mailCommand = '', ...rcptCommands] = commands
    const mail = await ask(mailCommand)
    if (!isFine(mail)) decideAll(mail)
    for (const [index, command] of rcptCommands.entries()) {
      if (!dialogue.open || !(isFine(mail) || pipelining)) break
      const rcpt = await ask(command)
      if (!isFine(rcpt)) decided[index] ??= rcpt
      if (rcpt.code === 421) decideAll(rcpt)
    }
    const wanted = decided.includes(undefined)
    // With pipelining DATA is answered whoever is wanted.
    if (dialogue.open && (wanted || pipelining)) {
      const data = await ask('DATA')
      if (data.code !== 354) {
        decideAll(isFine(data) ? outOfStep(data) : data)
        if (isFine(data)) dialogue.destroy()
      } else if (wanted) {
        const early = await sendMessage(dialogue, letter, patience, () => (lost = true))
        decideAll(early ?? (await hear(patience.end)))
        lost = false
        ended = true
        if (early) dialogue.destroy()
      } else if (isFine(mail)) {
        // It takes a message for nobody: an empty one, so that the connection stays of use.
        dialogue.say('.')
        await hear(patience.end)
        ended = true
      } else {
        dialogue.destroy()
      }
    }
  } catch (error) {
    dialogue.destroy()
    // The message can't be read any further: without an end the server does not take it.
    if (!(error instanceof SmtpTrouble)) throw error
    const trouble = { trouble: error, lost, untouched }
    return { answers: decided.map((reply) => (reply ? { reply } : trouble)), ended: false }
  }
  return { answers: decided.map((reply) => ({ reply: reply ?? silent })), ended }
}

/** The connection went away in peace, and the rest was not asked. */
const silent: Reply = {
  code: 421,
  text: '421 4.4.2 It closed the connection',
  lines: ['4.4.2 It closed the connection'],
}

/** An answer to something else than what was asked: nothing it says can be relied on any more. */
function outOfStep({ text }: Reply): Reply {
  const said = `4.5.0 It answers out of step: ${text}`
  return { code: 451, text: `451 ${said}`, lines: [said] }
}

function commandsOf({ from, parameters, recipients }: Letter): string[] {
  for (const address of [from, ...recipients.map((one) => one.address)]) {
    // Intake takes no such address. Were there one, it could say commands of its own.
    // eslint-disable-next-line no-control-regex
    if (/[\u0000-\u0020<>\u007f]/.test(address)) throw new Error('an address that can not be sent')
  }
  const line = (verb: string, address: string, more: readonly string[]) =>
    [`${verb}:<${address}>`, ...more].join(' ')
  return [
    line('MAIL FROM', from, parameters),
    ...recipients.map((one) => line('RCPT TO', one.address, one.parameters)),
  ]
}

/**
 * Writes the message and what ends it. Resolves to what the server said before it had all of it, if it did.
 * @param ending called before the end is written: from then on the server may have taken the message.
 */
async function sendMessage(
  dialogue: Dialogue,
  letter: Letter,
  { block }: Patience,
  ending: () => void,
): Promise<Reply | undefined> {
  const stuffing = createDotStuffing()
  try {
    for await (const chunk of letter.read()) {
      await dialogue.write(stuffing.chunk(chunk), block)
      if (dialogue.early) break
    }
  } catch (error) {
    // It said no and closed the connection, and did not wait for the end.
    if (error instanceof SmtpTrouble && dialogue.early) return refusal(dialogue.early)
    throw error
  }
  if (dialogue.early) return refusal(dialogue.early)
  ending()
  await dialogue.write(stuffing.end(), block)
  return undefined
}

/** It can't have taken what it has not got. */
function refusal(early: Reply): Reply {
  return early.code >= 400 ? early : outOfStep(early)
}

function isFine({ code }: Reply): boolean {
  return code >= 200 && code < 300
}
