import { useEffect, useRef, useState } from 'preact/hooks'
import { ProblemError, type TryResponse } from '../../shared/contract/index.ts'
import type { PagesI18n } from '../../shared/i18n/pages/index.ts'
import { Banner, Button, Field, LinkButton } from '../../shared/ui/index.ts'
import type { Sandbox } from './sandbox.ts'
import './try-it.css'

interface TryItProps {
  sandbox: Sandbox
  i18n: PagesI18n
}

/** Sends a sample secure message through real SMTP and shows what the gateway said to it. */
export function TryIt({ sandbox, i18n }: TryItProps) {
  const { t } = i18n
  const [to, setTo] = useState('bob@elsewhere.test')
  const [subject, setSubject] = useState(t('home.try-subject-value'))
  const [text, setText] = useState(t('home.try-text-value'))
  const [busy, setBusy] = useState(false)
  const [sent, setSent] = useState<TryResponse>()
  const [failure, setFailure] = useState<string>()
  const answer = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (sent || failure) answer.current?.scrollIntoView({ block: 'nearest' })
  }, [sent, failure])

  const send = (event: Event) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setFailure(undefined)
    sandbox
      .tryOut({ to: to.trim(), subject, text })
      .then(setSent, (error: unknown) =>
        setFailure(error instanceof ProblemError ? error.problem.detail : t('common.failed.words')),
      )
      .finally(() => setBusy(false))
  }
  return (
    <section class="try-it" aria-labelledby="try">
      <div class="try-it__head">
        <h2 id="try">{t('home.try')}</h2>
        <p class="muted">{t('home.try-words')}</p>
      </div>
      <form class="try-it__form" onSubmit={send}>
        <Field
          type="email"
          label={t('home.try-to')}
          hint={t('home.try-to-hint')}
          required
          autocomplete="off"
          value={to}
          onInput={setTo}
        />
        <Field
          label={t('home.try-subject')}
          autocomplete="off"
          maxlength={200}
          value={subject}
          onInput={setSubject}
        />
        <div class="field">
          <label class="field__label" for="try-text">
            {t('home.try-text')}
          </label>
          <textarea
            id="try-text"
            class="field__input try-it__text"
            rows={6}
            maxLength={5000}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </div>
        <Button look="primary" type="submit" icon="lock" wide busy={busy ? t('home.try-sending') : undefined}>
          {t('home.try-send')}
        </Button>
      </form>
      <div ref={answer} aria-live="polite">
        {failure === undefined ? null : (
          <Banner tone="error" title={t('common.failed.title')}>
            {failure}
          </Banner>
        )}
        {sent && failure === undefined ? (
          <Banner
            tone="good"
            title={t('home.try-reply')}
            actions={
              <LinkButton look="primary" href="/outbox">
                {t('home.open-outbox')}
              </LinkButton>
            }
          >
            <code class="try-it__reply wrap-anywhere">{sent.reply}</code>
            <p class="wrap-anywhere">{t('home.try-next', { from: sent.from, to: sent.to })}</p>
          </Banner>
        ) : null}
      </div>
    </section>
  )
}
