import type { Config } from '../../config/index.ts'

/** What one look at the world found. */
export interface Finding {
  readonly check: string
  /** `problem`: the gateway does not work as it is. `warning`: it does, but not as it should. */
  readonly state: 'ok' | 'warning' | 'problem'
  readonly detail: string
  /** What to do; nothing where all is well. */
  readonly advice?: string
}

/** The world outside the process; a test hands in its own. */
export interface World {
  /** TXT records of a name, each joined; rejects where there are none. */
  readonly txt: (name: string) => Promise<string[]>
  /** Addresses of a host name; rejects where there are none. */
  readonly addresses: (hostname: string) => Promise<string[]>
}

export type Check = (config: Config, world: World) => Promise<Finding[]>

export function ok(check: string, detail: string): Finding {
  return { check, state: 'ok', detail }
}

export function warning(check: string, detail: string, advice: string): Finding {
  return { check, state: 'warning', detail, advice }
}

export function problem(check: string, detail: string, advice: string): Finding {
  return { check, state: 'problem', detail, advice }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
