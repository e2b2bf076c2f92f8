import { useState } from 'preact/hooks'
import type { SessionState, SignInMethod } from '../../contract/index.ts'
import { Banner } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { AddressStep } from './address-step.tsx'
import { EntryPage } from './entry-page.tsx'
import { Forgot } from './forgot.tsx'
import { PasswordStep } from './password-step.tsx'

/** Why somebody is asked to sign in, where there is more to say than that. */
export type SignInReason =
  | { readonly kind: 'waiting'; readonly organisation: string }
  | { readonly kind: 'ended' }
  | { readonly kind: 'reset' }

interface SignInProps {
  address?: string | undefined
  reason?: SignInReason | undefined
  onSignedIn: (state: SessionState, password: string) => void
}

type Step = { name: 'address' } | { name: 'password'; methods: readonly SignInMethod[] } | { name: 'forgot' }

/** Signing in, one question a page: address, password; beside it the way for who has forgotten it. */
export function SignIn({ address: known = '', reason, onSignedIn }: SignInProps) {
  const { t } = usePortal()
  const [address, setAddress] = useState(known)
  const [step, setStep] = useState<Step>({ name: 'address' })
  const internal = step.name === 'password' ? step.methods.length > 0 : undefined
  return (
    <EntryPage
      title={t(step.name === 'forgot' ? 'forgot.title' : 'sign-in.title')}
      address={address}
      internal={internal}
    >
      {step.name === 'address' ? (
        <AddressStep
          address={address}
          onAddress={setAddress}
          head={<Reason reason={reason} />}
          onMethods={(methods) => setStep({ name: 'password', methods })}
        />
      ) : null}
      {step.name === 'password' ? (
        <PasswordStep
          address={address}
          methods={step.methods}
          head={<Reason reason={reason} />}
          onBack={() => setStep({ name: 'address' })}
          onForgot={() => setStep({ name: 'forgot' })}
          onSignedIn={onSignedIn}
        />
      ) : null}
      {step.name === 'forgot' ? (
        <Forgot address={address} onAddress={setAddress} onBack={() => setStep({ name: 'address' })} />
      ) : null}
    </EntryPage>
  )
}

function Reason({ reason }: { reason: SignInReason | undefined }) {
  const { t, i18n } = usePortal()
  switch (reason?.kind) {
    case 'waiting':
      return (
        <div class="entry-head">
          <h1>{i18n.value.parts('sign-in.waiting', { organisation: <bdi>{reason.organisation}</bdi> })}</h1>
          <p>{t('sign-in.waiting-words')}</p>
        </div>
      )
    case 'ended':
      return (
        <>
          <h1>{t('sign-in.title')}</h1>
          <Banner tone="info" icon="clock" title={t('sign-in.ended')} announce>
            {t('sign-in.ended-words')}
          </Banner>
        </>
      )
    case 'reset':
      return (
        <>
          <h1>{t('sign-in.title')}</h1>
          <Banner tone="good" title={t('sign-in.reset-done')} announce>
            {t('sign-in.reset-done-words')}
          </Banner>
        </>
      )
    case undefined:
      return (
        <div class="entry-head">
          <h1>{t('sign-in.title')}</h1>
          <p>{t('sign-in.lead')}</p>
        </div>
      )
  }
}
