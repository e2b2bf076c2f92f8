import { Command, CommanderError } from 'commander'
import { Problem } from '../problem.ts'
import { accountCommand } from './account.ts'
import { attemptCommand } from './attempt.ts'
import { backupCommand } from './backup.ts'
import type { Terminal } from './command.ts'
import { doctorCommand } from './doctor/doctor.ts'
import { keysCommand } from './keys.ts'
import { messageCommand } from './message.ts'
import { personCommand } from './person.ts'
import { queueCommand } from './queue.ts'
import { restoreCommand } from './restore.ts'
import { startCommand } from './start.ts'

/**
 * Runs the `postern` command.
 * @param argv what follows the program's name.
 * @returns the exit code: 0 done, 1 it could not be done, 2 not understood.
 */
export async function run(argv: readonly string[], output: Omit<Terminal, 'fail'>): Promise<number> {
  const outcome = { failed: false }
  const terminal: Terminal = { ...output, fail: () => (outcome.failed = true) }
  const program = new Command('postern')
    .description('A secure-message gateway with a portal.')
    .addCommand(startCommand(terminal))
    .addCommand(doctorCommand(terminal))
    .addCommand(accountCommand(terminal))
    .addCommand(personCommand(terminal))
    .addCommand(messageCommand(terminal))
    .addCommand(queueCommand(terminal))
    .addCommand(keysCommand(terminal))
    .addCommand(attemptCommand(terminal))
    .addCommand(backupCommand(terminal))
    .addCommand(restoreCommand(terminal))
  for (const each of all(program)) {
    each.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
  }
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return outcome.failed ? 1 : 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    tell(error, argv.includes('--json'), terminal)
    return 1
  }
}

function all(command: Command): Command[] {
  return [command, ...command.commands.flatMap(all)]
}

function tell(error: unknown, json: boolean, terminal: Terminal): void {
  if (json) {
    const { code, message } = error instanceof Problem ? error : { code: 'failed', message: String(error) }
    terminal.err(`${JSON.stringify({ error: { code, message } })}\n`)
    return
  }
  if (error instanceof Problem) {
    terminal.err(`postern: ${error.message}\n`)
    return
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  terminal.err(`postern: something unexpected happened. Please report this:\n${stack}\n`)
}
