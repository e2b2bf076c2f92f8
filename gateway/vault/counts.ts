import { Counter, type Registry } from 'prom-client'

/** What the vault counts: each text once, when it is sealed or opened to its end or given up. */
export interface VaultCounts {
  /** @param bytes in clear. @param seconds of processor time spent on it. */
  sealed(bytes: number, seconds: number): void
  opened(bytes: number, seconds: number): void
}

export function createVaultMetrics(register: Registry): VaultCounts {
  const registers = [register]
  const counted = (verb: 'sealed' | 'opened', doing: string) => {
    const bytes = new Counter({
      name: `postern_vault_${verb}_bytes_total`,
      help: `Bytes in clear that were ${verb}`,
      registers,
    })
    const seconds = new Counter({
      name: `postern_vault_${verb}_seconds_total`,
      help: `Time spent on ${doing}`,
      registers,
    })
    return (count: number, time: number) => {
      bytes.inc(count)
      seconds.inc(time)
    }
  }
  return { sealed: counted('sealed', 'sealing'), opened: counted('opened', 'opening') }
}

/** For who does not count. */
export const uncounted: VaultCounts = { sealed: () => {}, opened: () => {} }
