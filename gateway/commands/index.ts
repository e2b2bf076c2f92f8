/**
 * The `postern` command: start, doctor, and what an operator does beside a running gateway. Relies on every part;
 * only main.ts knows it. Promises: exit code 0 done, 1 it could not be done, 2 not understood; `--json` writes one
 * JSON value to stdout and nothing else; an error says what to do next.
 */
export type { Terminal } from './command.ts'
export { run } from './program.ts'
