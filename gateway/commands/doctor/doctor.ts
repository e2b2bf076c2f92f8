import { lookup, resolveTxt } from 'node:dns/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import type { Config } from '../../config/index.ts'
import { type Terminal, configOf, show } from '../command.ts'
import { type Check, type Finding, type World, messageOf, ok, problem, warning } from './check.ts'
import { checkData } from './data.ts'
import { checkCertificate, checkOrigin, checkPorts } from './listening.ts'
import { checkDns, checkRoutes } from './routes.ts'
import { checkDkim } from './sending.ts'
import { type StoredOptions, examineStored } from './stored.ts'

interface DoctorOptions extends Omit<StoredOptions, 'data'> {
  /** True: `--data` alone, which asks for what is stored. */
  readonly data?: string | true
  readonly verify?: boolean
}

/**
 * `postern doctor`: holds the configuration against the real world. `postern doctor --data`: holds what is stored
 * against itself. Exit code 1 where something does not work.
 */
export function doctorCommand(terminal: Terminal, world: World = realWorld): Command {
  return new Command('doctor')
    .description('check the configuration against the real world; with --data, what is stored')
    .option('--json', 'write JSON, for programs')
    .option(
      '--data [directory]',
      'alone: verify what is stored; with a directory: the data directory (POSTERN_DATA, else ./data)',
    )
    .option('--verify', 'verify what is stored, as --data alone does')
    .option('--quick', 'verify that everything is there, and open no bodies')
    .option('--repair', 'verify, and repair what can be repaired')
    .option('--many', 'with --repair: give up even a large part of the messages')
    .action(async ({ data, ...given }: DoctorOptions) => {
      const options = typeof data === 'string' ? { ...given, data } : given
      if (data === true || given.verify || given.quick || given.repair) {
        await examineStored(options, terminal)
        return
      }
      const findings = await examine(await configOf(options), world)
      const problems = findings.filter(({ state }) => state === 'problem').length
      show(terminal, options, findings, () => asText(findings, problems))
      if (problems > 0) terminal.fail()
    })
}

/** Looks at everything; a look that fails itself is a problem found. */
export async function examine(config: Config, world: World): Promise<Finding[]> {
  const findings: Finding[] = [ok('configuration', 'It is well formed.'), ...checkVariables(config)]
  const checks: [string, Check][] = [
    ['data directory', checkData],
    ['ports', checkPorts],
    ['certificate', checkCertificate],
    ['origin', checkOrigin],
    ['smart host', checkRoutes],
    ['DNS', checkDns],
    ['DKIM', checkDkim],
    ['pages', checkPages],
  ]
  for (const [name, check] of checks) {
    try {
      findings.push(...(await check(config, world)))
    } catch (error) {
      findings.push(problem(name, `It could not be checked: ${messageOf(error)}`, 'Look into what is said.'))
    }
  }
  return findings
}

const checkPages: Check = async () => {
  const there = existsSync(join(import.meta.dirname, '../../../dist/pages/portal.html'))
  return [
    there ? ok('pages', 'They are built.') : problem('pages', 'They are not built.', 'Run: npm run build'),
  ]
}

function checkVariables({ unknownVariables }: Config): Finding[] {
  return unknownVariables.map((name) =>
    warning('configuration', `${name} is no variable of the gateway.`, 'Check its spelling, or take it out.'),
  )
}

function asText(findings: readonly Finding[], problems: number): string {
  const mark = { ok: 'ok      ', warning: 'warning ', problem: 'PROBLEM ' }
  const lines = findings.flatMap(({ check, state, detail, advice }) => [
    `${mark[state]} ${check}: ${detail}`,
    ...(advice === undefined ? [] : [`          ${advice}`]),
  ])
  const end = problems === 0 ? 'The gateway can run like this.' : `${problems} to repair.`
  return [...lines, '', end].join('\n')
}

const realWorld: World = {
  txt: async (name) => (await resolveTxt(name)).map((parts) => parts.join('')),
  addresses: async (hostname) =>
    (await lookup(hostname.replace(/^\[(.*)\]$/, '$1'), { all: true })).map((one) => one.address),
}
