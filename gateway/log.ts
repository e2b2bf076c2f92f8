import { type Logger, pino } from 'pino'

/**
 * The gateway's log: JSON lines on stderr, so that what `start` tells the operator stays readable on stdout.
 * Addresses of people may stand in it; what opens something may not: those keys are cut out wherever they appear.
 */
export function createLog(level: string): Logger {
  const secret = [
    'password',
    'newPassword',
    'token',
    'authorization',
    'cookie',
    'url',
    'link',
    'seed',
    'subject',
  ]
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secret.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), remove: true },
    },
    pino.destination({ dest: 2, sync: true }),
  )
}
