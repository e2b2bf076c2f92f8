import { useState } from 'preact/hooks'
import { PasswordField } from '../../ui/index.ts'
import { type Portal, usePortal } from '../context.ts'
import type { FieldErrors } from './form.tsx'
import { RequirementList } from './requirement-list.tsx'
import { type Ticks, useTicks } from './requirements.ts'

export interface NewPassword {
  readonly value: string
  readonly confirmed: string
  readonly ticks: Ticks
  setValue(value: string): void
  setConfirmed(value: string): void
  /** What is wrong with both fields. What only the gateway knows is left to it. */
  check(): FieldErrors
}

/** @param address of the person, which must not be in the password. */
export function useNewPassword({ t }: Pick<Portal, 't'>, address: string): NewPassword {
  const [value, setValue] = useState('')
  const [confirmed, setConfirmed] = useState('')
  const ticks = useTicks(value, confirmed, address)
  return {
    value,
    confirmed,
    ticks,
    setValue,
    setConfirmed,
    check: () => {
      if (value === '') return { 'new-password': t('password.error.new-empty') }
      if (!ticks.length || !ticks.bytes) return { 'new-password': t('password.error.new-refused') }
      if (confirmed === '') return { 'confirm-password': t('password.error.confirm-empty') }
      return ticks.same ? {} : { 'confirm-password': t('password.error.confirm-different') }
    },
  }
}

/** **New Password**, **Confirm Password** and the requirements under them. */
export function NewPasswordFields({ password, errors }: { password: NewPassword; errors: FieldErrors }) {
  const { t } = usePortal()
  const words = { show: t('common.show-password'), hide: t('common.hide-password') }
  return (
    <>
      <PasswordField
        {...words}
        id="new-password"
        name="new-password"
        label={t('password.new')}
        autocomplete="new-password"
        value={password.value}
        onInput={(value) => password.setValue(value)}
        error={errors['new-password']}
      />
      <PasswordField
        {...words}
        id="confirm-password"
        name="confirm-password"
        label={t('password.confirm')}
        autocomplete="new-password"
        enterkeyhint="go"
        value={password.confirmed}
        onInput={(value) => password.setConfirmed(value)}
        error={errors['confirm-password']}
      />
      <RequirementList ticks={password.ticks} id="requirements" />
    </>
  )
}
