import { useState } from 'preact/hooks'
import { type Person, ProblemError } from '../../contract/index.ts'
import { Button, PasswordField } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { EntryPage } from './entry-page.tsx'
import { useForm } from './form.tsx'
import { NewPasswordFields, useNewPassword } from './new-password.tsx'
import { Passwords } from './passwords.tsx'
import { refusedSignIn } from './refused.tsx'
import { Username } from './username.tsx'

interface FirstPasswordProps {
  person: Person
  /** The temporary password just typed; empty after the page was loaded anew. */
  typed: string
}

/** After the temporary password: **Password**, **New Password**, **Confirm Password**, **Confirm**. */
export function FirstPassword({ person, typed }: FirstPasswordProps) {
  const portal = usePortal()
  const { client, t, session } = portal
  const [current, setCurrent] = useState(typed)
  const password = useNewPassword(portal, person.address)
  const form = useForm()

  const check = (): Record<string, string> => ({
    ...(current === '' ? { password: t('password.error.current-empty') } : {}),
    ...password.check(),
  })
  const refusal = (error: unknown) => {
    if (!(error instanceof ProblemError)) return undefined
    const title = t('sign-in.error.summary')
    if (error.problem.code === 'password-refused')
      return { title, fields: { 'new-password': t('password.error.new-refused') } }
    if (error.problem.code === 'password-same')
      return { title, fields: { 'new-password': t('password.error.same-as-before') } }
    if (error.problem.code === 'current-password-wrong')
      return { title, fields: { password: t('password.error.current-wrong') } }
    return refusedSignIn(portal, error)
  }
  return (
    <EntryPage title={t('password.first.title')} address={person.address}>
      <div class="entry-head">
        <h1>{t('password.first.title')}</h1>
        <p>{t('password.first.lead')}</p>
      </div>
      <Passwords focus={typed === '' ? 'password' : 'new-password'}>
        <form
          class="entry-form"
          noValidate
          onSubmit={form.submit(
            check,
            async () => session.set(await client.changePassword(current, password.value)),
            refusal,
          )}
        >
          {form.summary}
          <Username address={person.address} />
          <PasswordField
            id="password"
            name="password"
            label={t('password.current')}
            hint={t('password.current-hint')}
            autocomplete="current-password"
            value={current}
            onInput={setCurrent}
            error={form.errors.password}
            show={t('common.show-password')}
            hide={t('common.hide-password')}
          />
          <NewPasswordFields password={password} errors={form.errors} />
          <Button look="primary" type="submit" wide busy={form.busy ? t('password.working') : undefined}>
            {t('password.submit')}
          </Button>
          <div class="entry-form__foot">
            <button
              type="button"
              class="text-button"
              onClick={() => {
                // Where the gateway can't be told, the session ends there by itself.
                session.signOut().catch(() => session.set({ state: 'signed-out' }))
              }}
            >
              {t('password.signed-out')}
            </button>
          </div>
        </form>
      </Passwords>
    </EntryPage>
  )
}
