import { SmtpError } from './smtp-error.ts'

/** A MAIL or RCPT command taken apart, byte for byte as it came. */
export interface AddressCommand {
  /** What stands in angle brackets, without a source route (RFC 5321 appendix C). */
  readonly address: string
  /** By keyword in upper case; `true` where a parameter has no value. */
  readonly parameters: ReadonlyMap<string, string | true>
}

type Check = (value: string | true, keyword: string) => string | undefined

const any: Check = () => undefined
const flag: Check = (value, keyword) => (value === true ? undefined : `${keyword} takes no value`)

/** The parameters we know; smtp-server checks more of SIZE, BODY, RET, NOTIFY and REQUIRETLS. */
const known: Record<'MAIL' | 'RCPT', Record<string, Check>> = {
  MAIL: {
    SIZE: any,
    BODY: any,
    SMTPUTF8: flag,
    REQUIRETLS: flag,
    RET: any,
    ENVID: envelopeId,
    // RFC 4954 section 5: to be understood by whoever offers AUTH. Nobody here is trusted to say who wrote it.
    AUTH: any,
  },
  RCPT: { NOTIFY: any, ORCPT: originalRecipient },
}

/** Undefined where it has no path in angle brackets. */
export function addressCommand(line: string): AddressCommand | undefined {
  const [, path, rest] = /^[^:]*:\s*<([^<>]*)>(?:\s+(.*))?$/s.exec(line.trimEnd()) ?? []
  if (path === undefined) return undefined
  const parameters = new Map<string, string | true>()
  for (const text of (rest ?? '').split(/\s+/)) {
    if (text === '') continue
    const equals = text.indexOf('=')
    const keyword = (equals < 0 ? text : text.slice(0, equals)).toUpperCase()
    parameters.set(keyword, equals < 0 ? true : text.slice(equals + 1))
  }
  return { address: path.replace(/^@[^\s,:@]+(?:,@[^\s,:@]+)*:/, ''), parameters }
}

/**
 * Says what is wrong with the parameters of a command. smtp-server takes any it does not know, and decodes xtext
 * whether it is some or not; what it passes on would then be refused by the next server, as a bounce.
 * @param utf8 whether MAIL said SMTPUTF8.
 */
export function parameterFault(
  verb: 'MAIL' | 'RCPT',
  { parameters }: AddressCommand,
  utf8: boolean,
): SmtpError | undefined {
  for (const [keyword, value] of parameters) {
    // RFC 5321 section 4.1.2: esmtp-keyword and esmtp-value; beyond ASCII by RFC 6531 section 3.3.
    if (!/^[A-Z0-9][A-Z0-9-]*$/.test(keyword) || value === '')
      return malformed(`${verb} has a malformed parameter`)
    const check = Object.hasOwn(known[verb], keyword) ? known[verb][keyword] : undefined
    if (!check)
      return new SmtpError(
        555,
        '5.5.4',
        `${verb} has a parameter that is not known here: ${keyword.slice(0, 40)}`,
      )
    const form = utf8 ? /^[!-<>-~\u0080-\u{10ffff}]+$/u : /^[!-<>-~]+$/
    if (value !== true && !form.test(value)) return malformed(`${keyword} has a malformed value`)
    const fault = check(value, keyword)
    if (fault !== undefined) return malformed(fault)
  }
  return undefined
}

/** RFC 3461 section 4.4. */
function envelopeId(value: string | true): string | undefined {
  if (value === true) return 'ENVID needs a value'
  if (value.length > 100) return 'ENVID is longer than 100 characters'
  return isXtext(value) ? undefined : 'ENVID is not well-formed xtext (RFC 3461 section 4)'
}

/** RFC 3461 section 4.2, and RFC 6533 section 3 for addresses beyond ASCII. */
function originalRecipient(value: string | true): string | undefined {
  if (value === true) return 'ORCPT needs a value'
  if (value.length > 500) return 'ORCPT is longer than 500 characters'
  const [, type, address] = /^([\w!#$%&'*/?^`{|}~-]+);(.+)$/.exec(value) ?? []
  if (type === undefined || address === undefined) return 'ORCPT is to be given as type;address'
  // eslint-disable-next-line no-control-regex -- all of ASCII is meant
  const ascii = type.toLowerCase() === 'utf-8' ? address.replace(/[^\x00-\x7f]/gu, '') : address
  return isXtext(ascii) ? undefined : 'The address of ORCPT is not well-formed xtext (RFC 3461 section 4)'
}

/** RFC 3461 section 4; decoded it is printable ASCII, so that a report can hold it in one line. */
function isXtext(text: string): boolean {
  return /^(?:[!-*,-<>-~]|\+[2-6][0-9A-F]|\+7[0-9A-E])*$/.test(text)
}

const malformed = (text: string) => new SmtpError(501, '5.5.4', text)
