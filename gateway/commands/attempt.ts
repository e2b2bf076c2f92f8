import type { Command } from 'commander'
import { Problem } from '../problem.ts'
import { type CommonOptions, type Terminal, command, show, table, withInside } from './command.ts'

/** `postern attempt <support code>`: why somebody could not sign in. */
export function attemptCommand(terminal: Terminal): Command {
  return command('attempt', 'find an attempt to sign in by its support code')
    .argument('<code>', 'as the person reads it out, such as K7QF-2M9D')
    .action(async (code: string, options: CommonOptions) => {
      const rows = await withInside(options, ({ signin }) => signin.findAttempt(code))
      if (rows.length === 0) {
        throw new Problem('attempt-unknown', 404, `There is no attempt ${code}. They are kept for 90 days.`)
      }
      const shown = rows.map((row) => ({
        at: new Date(row.at).toISOString(),
        address: row.address,
        outcome: row.outcome,
        cause: row.cause,
        ip: row.ip,
        agent: row.agent,
        url: row.url,
      }))
      show(terminal, options, shown, () =>
        table(
          ['when', 'address', 'outcome', 'cause', 'from', 'browser'],
          shown.map((one) => [
            one.at,
            one.address || '(no address)',
            one.outcome,
            one.cause,
            one.ip,
            one.agent,
          ]),
          '',
        ),
      )
    })
}
