import { useEffect, useState } from 'preact/hooks'
import { ProblemError, type ResetCheckResponse } from '../../contract/index.ts'
import { Button, EmptyState, Spinner } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { EntryFailed } from './entry-failed.tsx'
import { EntryPage } from './entry-page.tsx'
import { Forgot } from './forgot.tsx'
import { useForm } from './form.tsx'
import { Gate } from './gate.tsx'
import { NewPasswordFields, useNewPassword } from './new-password.tsx'
import { Passwords } from './passwords.tsx'
import { refusedSignIn } from './refused.tsx'
import { Username } from './username.tsx'

type Stage =
  | { name: 'checking' }
  | { name: 'failed'; error: unknown }
  | { name: 'invalid' }
  | { name: 'form'; address: string }
  | { name: 'done'; address: string }

/** The mailed link of a forgotten password. Looking at it uses nothing up; only the new password does. */
export function ResetScreen({ token }: { token: string }) {
  const portal = usePortal()
  const { client, t, navigate, session } = portal
  const [stage, setStage] = useState<Stage>({ name: 'checking' })
  const check = () => {
    setStage({ name: 'checking' })
    client.checkReset(token.slice(0, 200)).then(
      ({ valid, address = '' }: ResetCheckResponse) =>
        setStage(valid ? { name: 'form', address } : { name: 'invalid' }),
      (error: unknown) => setStage({ name: 'failed', error }),
    )
  }
  useEffect(check, [])

  switch (stage.name) {
    case 'checking':
      return (
        <EntryPage title={t('reset.title')}>
          <div class="entry-waiting">
            <Spinner label={t('link.checking')} />
          </div>
        </EntryPage>
      )
    case 'failed':
      return <EntryFailed error={stage.error} action={<Button onClick={check}>{t('common.retry')}</Button>} />
    case 'invalid':
      return <InvalidReset />
    case 'form':
      return (
        <ResetForm
          token={token}
          address={stage.address}
          onInvalid={() => setStage({ name: 'invalid' })}
          onDone={() => {
            // Whoever was signed in here no longer is: the new password ended every session.
            session.set({ state: 'signed-out' })
            setStage({ name: 'done', address: stage.address })
          }}
        />
      )
    case 'done':
      return (
        <Gate address={stage.address} reason={{ kind: 'reset' }}>
          <Leave onLeave={() => navigate({ name: 'folder', folder: 'inbox' }, { replace: true })} />
        </Gate>
      )
  }
}

/** Goes on to the portal once somebody is signed in. */
function Leave({ onLeave }: { onLeave: () => void }) {
  useEffect(onLeave, [])
  return null
}

function InvalidReset() {
  const { t, navigate } = usePortal()
  const [asking, setAsking] = useState(false)
  const [address, setAddress] = useState('')
  if (asking)
    return (
      <EntryPage title={t('forgot.title')} address={address}>
        <Forgot
          address={address}
          onAddress={setAddress}
          onBack={() => navigate({ name: 'folder', folder: 'inbox' }, { replace: true })}
        />
      </EntryPage>
    )
  return (
    <EntryPage title={t('reset.invalid.title')}>
      <EmptyState
        level={1}
        icon="clock"
        announce
        title={t('reset.invalid.title')}
        actions={
          <Button look="primary" onClick={() => setAsking(true)}>
            {t('reset.invalid.ask')}
          </Button>
        }
      >
        {t('reset.invalid.words')}
      </EmptyState>
    </EntryPage>
  )
}

interface ResetFormProps {
  token: string
  address: string
  onInvalid: () => void
  onDone: () => void
}

function ResetForm({ token, address, onInvalid, onDone }: ResetFormProps) {
  const portal = usePortal()
  const { client, t, i18n } = portal
  const password = useNewPassword(portal, address)
  const form = useForm()

  const send = async () => {
    try {
      await client.reset(token, password.value)
      onDone()
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'reset-invalid') onInvalid()
      else throw error
    }
  }
  const refusal = (error: unknown) =>
    error instanceof ProblemError && error.problem.code === 'password-refused'
      ? {
          title: t('sign-in.error.summary'),
          fields: { 'new-password': t('password.error.new-refused') },
        }
      : refusedSignIn(portal, error)
  return (
    <EntryPage title={t('reset.title')} address={address}>
      <div class="entry-head">
        <h1>{t('reset.title')}</h1>
        {address === '' ? null : (
          <p class="wrap-anywhere">{i18n.value.parts('reset.lead', { address: <bdi>{address}</bdi> })}</p>
        )}
      </div>
      <Passwords focus="new-password">
        <form class="entry-form" noValidate onSubmit={form.submit(() => password.check(), send, refusal)}>
          {form.summary}
          <Username address={address} />
          <NewPasswordFields password={password} errors={form.errors} />
          <Button look="primary" type="submit" wide busy={form.busy ? t('password.working') : undefined}>
            {t('password.submit')}
          </Button>
        </form>
      </Passwords>
    </EntryPage>
  )
}
