import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { SessionState, SignInMethod } from '../../contract/index.ts'
import { Button, Choice, PasswordField } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { prefetchReader } from '../shell/pane.tsx'
import { useForm } from './form.tsx'
import { Passwords } from './passwords.tsx'
import { refusedSignIn } from './refused.tsx'
import './password-step.css'

interface PasswordStepProps {
  address: string
  /** Empty for recipients: they see no choice. */
  methods: readonly SignInMethod[]
  head: ComponentChildren
  onBack: () => void
  onForgot: () => void
  onSignedIn: (state: SessionState, password: string) => void
}

/** **Cloud** or **Domain** where there is a choice, **Password**, **Log In**. */
export function PasswordStep(props: PasswordStepProps) {
  const { address, methods, head, onBack, onForgot, onSignedIn } = props
  const portal = usePortal()
  const { client, t, router } = portal
  const [password, setPassword] = useState('')
  const [method, setMethod] = useState(methods[0])
  const form = useForm()
  // While the password is typed there is time for what comes after it.
  useEffect(prefetchReader, [])

  const signIn = async () => {
    const asked = router.route.peek()
    const state = await client.signIn({
      address: address.trim(),
      password,
      ...(method === undefined ? {} : { method }),
      ...(asked.name === 'link' ? { link: asked.token.slice(0, 1000) } : {}),
    })
    onSignedIn(state, password)
  }
  return (
    <>
      {head}
      <Passwords focus="password">
        <form
          class="entry-form"
          noValidate
          onSubmit={form.submit(
            (): Record<string, string> =>
              password === '' ? { password: t('sign-in.error.password-empty') } : {},
            signIn,
            (error) => refusedSignIn(portal, error),
          )}
        >
          {form.summary}
          <div class="who">
            <label class="unseen" for="username">
              {t('sign-in.address')}
            </label>
            <input
              id="username"
              class="who__address"
              type="email"
              name="username"
              autocomplete="username"
              readOnly
              value={address.trim()}
            />
            <button type="button" class="text-button small" onClick={onBack}>
              {t('sign-in.change-address')}
            </button>
          </div>
          {method === undefined ? null : (
            <Choice
              label={t('sign-in.method')}
              value={method}
              options={methods.map((value) => ({ value, label: t(`sign-in.method.${value}`) }))}
              onChange={(value) => setMethod(methods.find((one) => one === value) ?? method)}
            />
          )}
          <PasswordField
            id="password"
            name="password"
            label={t('sign-in.password')}
            hint={methods.length === 0 ? t('sign-in.first-hint') : undefined}
            autocomplete="current-password"
            enterkeyhint="go"
            value={password}
            onInput={setPassword}
            error={form.errors.password}
            show={t('common.show-password')}
            hide={t('common.hide-password')}
          />
          <Button look="primary" type="submit" wide busy={form.busy ? t('sign-in.working') : undefined}>
            {t('sign-in.log-in')}
          </Button>
          <div class="entry-form__foot">
            <button type="button" class="text-button" onClick={onForgot}>
              {t('sign-in.forgot')}
            </button>
          </div>
        </form>
      </Passwords>
    </>
  )
}
