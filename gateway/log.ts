import { type DestinationStream, type LogFn, type Logger, pino } from 'pino'
import { fieldsOf, wordsOf } from './log-fields.ts'
import { withoutSecrets } from './log-secrets.ts'

/**
 * The gateway's log: JSON lines on stderr, so that what `start` tells the operator stays readable on stdout.
 * Addresses of people may stand in it; what opens something, and what a message says, may not. That is kept thrice:
 * nobody logs it; fields and errors are cut down to what is known to be harmless (log-fields.ts); and the finished
 * line loses what looks like a secret of ours (log-secrets.ts), at every level alike.
 *
 * Neither smtp-server nor nodemailer is given a logger: theirs would write down dialogues, AUTH and DATA included.
 *
 * @param secrets values of the configuration that must not appear in any encoding.
 */
export function createLog(
  level: string,
  {
    secrets = [],
    destination = pino.destination({ dest: 2, sync: true }),
  }: { secrets?: readonly (string | null)[]; destination?: DestinationStream } = {},
): Logger {
  const clean = withoutSecrets(secrets.filter((secret) => secret !== null))
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { log: fieldsOf },
      // Errors are taken care of above; pino's own way would put more into them.
      serializers: { err: (error: unknown) => error },
      hooks: { logMethod: worded, streamWrite: clean },
    },
    destination,
  )
}

/** An error that is logged without words gives its own to the line: as they may stand there. */
function worded(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
  const [first, words] = args as [unknown, unknown?]
  const error = first instanceof Error ? first : errIn(first)
  const fields = first instanceof Error ? { err: error } : first
  method.apply(this, error && words === undefined ? [fields, wordsOf(error)] : args)
}

function errIn(fields: unknown): Error | undefined {
  const named = typeof fields === 'object' && fields !== null && 'err' in fields
  return named && fields.err instanceof Error ? fields.err : undefined
}
