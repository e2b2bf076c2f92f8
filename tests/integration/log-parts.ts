import { parsed } from '../fixtures/parsed-mail.ts'
import { until } from '../fixtures/until.ts'
import type { Received, Remote } from '../peers/remote.ts'

export type Line = Record<string, unknown> & { readonly msg?: string; readonly trace?: string }

/** Lines of a log, parsed. Fails where one is no JSON. */
export function linesOf(log: string): Line[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}

/** What a remote got for an address whose subject matches; waits for it. */
export async function mailFor(remote: Remote, to: string, subject: RegExp) {
  const find = async () => {
    const mails = await Promise.all(
      remote.received.filter((one: Received) => one.to.includes(to)).map(({ data }) => parsed(data)),
    )
    return mails.findLast((one) => subject.test(one.subject ?? ''))
  }
  await until(async () => (await find()) !== undefined, `${to} gets a mail ${subject.source}`)
  const mail = await find()
  if (!mail) throw new Error('it was there a moment ago')
  return mail
}

/** The token of a notification's link. */
export function tokenIn({ text = '' }: { text?: string }): string {
  const token = /\/m\/(postern1\.[\w.-]+)/.exec(text)?.[1]
  if (token === undefined) throw new Error('the mail has no link')
  return token
}

export function passwordIn({ text = '' }: { text?: string }): string {
  const password = /\b[a-z0-9]{5}(-[a-z0-9]{5}){3}\b/.exec(text)?.[0]
  if (password === undefined) throw new Error('the mail has no temporary password')
  return password
}
