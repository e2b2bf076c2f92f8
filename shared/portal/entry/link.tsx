import { useEffect, useState } from 'preact/hooks'
import type { LinkInfo } from '../../contract/index.ts'
import { Button, EmptyState, Spinner } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { EntryFailed } from './entry-failed.tsx'
import { EntryPage } from './entry-page.tsx'
import { Gate } from './gate.tsx'

type Answer = LinkInfo | { state: 'failed'; error: unknown } | undefined

/**
 * The link of a notification: says what it is, leads through signing in, opens the message. The link alone opens
 * nothing.
 */
export function LinkScreen({ token }: { token: string }) {
  const portal = usePortal()
  const { client, t, navigate, session } = portal
  const [answer, setAnswer] = useState<Answer>()
  const person = session.person.value
  const signedIn = session.view.value.state === 'signed-in'

  const ask = () => {
    client.link(token).then(setAnswer, (error: unknown) => setAnswer({ state: 'failed', error }))
  }
  useEffect(() => {
    // Asked beside the link to save time; where it can't be had, the gate says so.
    if (session.view.peek().state === 'unknown') session.refresh().catch(() => undefined)
  }, [])
  // Asked again after somebody signed in: only then the gateway names the message.
  useEffect(ask, [signedIn, person?.id])
  const messageId = answer?.state === 'genuine' ? answer.messageId : null
  useEffect(() => {
    if (messageId !== null && signedIn)
      navigate({ name: 'folder', folder: 'inbox', id: messageId }, { replace: true })
  }, [messageId, signedIn])

  const toPortal = (look: 'primary' | 'plain') => (
    <Button look={look} onClick={() => navigate({ name: 'folder', folder: 'inbox' }, { replace: true })}>
      {t('link.to-portal')}
    </Button>
  )
  switch (answer?.state) {
    case undefined:
      return <Checking />
    case 'failed':
      return <EntryFailed error={answer.error} action={<Button onClick={ask}>{t('common.retry')}</Button>} />
    case 'invalid':
      return (
        <EntryPage title={t('link.invalid.title')}>
          <EmptyState
            level={1}
            tone="warning"
            icon="warning"
            announce
            title={t('link.invalid.title')}
            actions={toPortal('plain')}
          >
            <p>{t('link.invalid.words')}</p>
            <p>{t('link.invalid.care')}</p>
          </EmptyState>
        </EntryPage>
      )
    case 'expired':
      return (
        <EntryPage title={t('link.expired.title')}>
          <EmptyState
            level={1}
            icon="clock"
            announce
            title={t('link.expired.title')}
            actions={toPortal('primary')}
          >
            {t('link.expired.words')}
          </EmptyState>
        </EntryPage>
      )
    case 'genuine':
      if (answer.otherPerson && person && signedIn)
        return <OtherPerson person={person.address} address={answer.address} />
      return (
        <Gate address={answer.address} reason={{ kind: 'waiting', organisation: answer.organisation }}>
          <Checking />
        </Gate>
      )
  }
}

function Checking() {
  const { t } = usePortal()
  return (
    <EntryPage title={t('link.checking')}>
      <div class="entry-waiting">
        <Spinner label={t('link.checking')} />
      </div>
    </EntryPage>
  )
}

/** Somebody else's session stands in the way; nothing is opened and nobody is signed out unasked. */
function OtherPerson({ person, address }: { person: string; address: string }) {
  const { t, i18n, session, navigate, toast } = usePortal()
  const [busy, setBusy] = useState(false)
  const change = () => {
    setBusy(true)
    session
      .signOut()
      .catch(() => toast({ text: t('common.offline.title') }))
      .finally(() => setBusy(false))
  }
  return (
    <EntryPage title={t('link.other.title')} address={person}>
      <EmptyState
        level={1}
        icon="people"
        announce
        title={t('link.other.title')}
        actions={
          <>
            <Button look="primary" busy={busy ? t('common.loading') : undefined} onClick={change}>
              {t('link.other.switch')}
            </Button>
            <Button onClick={() => navigate({ name: 'folder', folder: 'inbox' }, { replace: true })}>
              {t('link.other.stay', { person })}
            </Button>
          </>
        }
      >
        <p class="wrap-anywhere">
          {i18n.value.parts('link.other.words', {
            person: (
              <strong>
                <bdi>{person}</bdi>
              </strong>
            ),
            address: (
              <strong>
                <bdi>{address}</bdi>
              </strong>
            ),
          })}
        </p>
      </EmptyState>
    </EntryPage>
  )
}
