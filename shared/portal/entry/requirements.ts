import { useEffect, useState } from 'preact/hooks'
import type { PasswordRequirement } from '../../contract/index.ts'
import { usePortal } from '../context.ts'

export type RequirementName = PasswordRequirement | 'same'
export type Ticks = Readonly<Record<RequirementName, boolean>>

/** As shown, from top to bottom. */
export const requirementNames = ['length', 'bytes', 'common', 'personal', 'same'] as const

/** Code points a password has at least, bytes (UTF-8) it has at most; the gateway decides by the same numbers. */
export const fewestCharacters = 12
export const mostBytes = 1024

const waitBeforeAsking = 250

/** What can be said without asking. */
export function ownTicks(password: string, confirmed: string): Pick<Ticks, 'length' | 'bytes' | 'same'> {
  return {
    length: Array.from(password).length >= fewestCharacters,
    bytes: password !== '' && new TextEncoder().encode(password).length <= mostBytes,
    same: password !== '' && password === confirmed,
  }
}

/**
 * Ticks of the requirements while a password is typed: length, bytes and sameness at once, what needs the
 * gateway's word lists a moment after the last letter.
 */
export function useTicks(password: string, confirmed: string, address: string): Ticks {
  const { client } = usePortal()
  const [judged, setJudged] = useState<{ password: string; common: boolean; personal: boolean }>()
  useEffect(() => {
    if (password === '' || password.length > 4096) return
    let wanted = true
    const timer = setTimeout(() => {
      client.checkPassword(password, address).then(
        ({ requirements }) => {
          const met = (id: PasswordRequirement) => requirements.some((one) => one.id === id && one.met)
          if (wanted) setJudged({ password, common: met('common'), personal: met('personal') })
        },
        // The gateway judges again when the form is sent.
        () => undefined,
      )
    }, waitBeforeAsking)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [password, address])
  const known = judged?.password === password
  return {
    ...ownTicks(password, confirmed),
    common: known && judged.common,
    personal: known && judged.personal,
  }
}
