import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Button, Field } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { looksLikeAddress } from './address.ts'
import { useForm } from './form.tsx'
import { refusedSignIn } from './refused.tsx'

interface ForgotProps {
  address: string
  onAddress: (address: string) => void
  onBack: () => void
}

/** **I have forgotten my password**: what will happen, then what to do. One answer for everybody. */
export function Forgot({ address, onAddress, onBack }: ForgotProps) {
  const portal = usePortal()
  const { client, t, i18n } = portal
  const [times, setTimes] = useState(0)
  const heading = useRef<HTMLHeadingElement>(null)
  const form = useForm()
  useLayoutEffect(() => heading.current?.focus(), [times > 0])

  const check = (): Record<string, string> =>
    looksLikeAddress(address) ? {} : { address: t('sign-in.error.address-wrong') }
  const submit = form.submit(
    check,
    async () => {
      await client.forgot(address.trim())
      setTimes(times + 1)
    },
    (error) => refusedSignIn(portal, error),
  )
  const back = (
    <button type="button" class="text-button" onClick={onBack}>
      {t('forgot.back')}
    </button>
  )
  if (times > 0)
    return (
      <form class="entry-form" onSubmit={submit}>
        <div class="entry-head">
          <h1 tabIndex={-1} ref={heading}>
            {t('forgot.sent.title')}
          </h1>
          <p>{i18n.value.parts('forgot.sent.words', { address: <bdi>{address.trim()}</bdi> })}</p>
        </div>
        {form.summary}
        <ol class="entry-steps">
          <li>{t('forgot.step-2')}</li>
          <li>{t('forgot.step-3')}</li>
        </ol>
        <div class="entry-head small">
          <h2 class="entry-form__question">{t('forgot.sent.missing')}</h2>
          <p>{t('forgot.sent.spam')}</p>
          <p>{t('forgot.sent.address')}</p>
        </div>
        <div class="entry-form__foot">
          <Button type="submit" busy={form.busy ? t('forgot.sending') : undefined}>
            {t('forgot.sent.again')}
          </Button>
          <span role="status" class="small muted">
            {times > 1 ? t('forgot.sent.again-done') : ''}
          </span>
          {back}
        </div>
      </form>
    )
  return (
    <form class="entry-form" noValidate onSubmit={submit}>
      <div class="entry-head">
        <h1 tabIndex={-1} ref={heading}>
          {t('forgot.title')}
        </h1>
        <p>{t('forgot.lead')}</p>
      </div>
      {form.summary}
      <ol class="entry-steps">
        <li>{t('forgot.step-1')}</li>
        <li>{t('forgot.step-2')}</li>
        <li>{t('forgot.step-3')}</li>
      </ol>
      <Field
        id="address"
        type="email"
        name="username"
        label={t('sign-in.address')}
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        value={address}
        onInput={onAddress}
        error={form.errors.address}
      />
      <Button look="primary" type="submit" wide busy={form.busy ? t('forgot.sending') : undefined}>
        {t('forgot.send')}
      </Button>
      <div class="entry-form__foot">{back}</div>
    </form>
  )
}
