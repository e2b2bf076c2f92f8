import { useEffect, useState } from 'preact/hooks'
import { type OutboxEntry, ProblemError } from '../../shared/contract/index.ts'
import type { PagesI18n } from '../../shared/i18n/pages/index.ts'
import { Banner, Icon, LinkButton, Spinner } from '../../shared/ui/index.ts'
import type { ReadMail } from './outbox-read.ts'
import type { Sandbox } from './sandbox.ts'
import './outbox-mail.css'

interface OutboxMailProps {
  entry: OutboxEntry
  sandbox: Sandbox
  i18n: PagesI18n
}

const views = ['html', 'text', 'headers', 'source'] as const
type View = (typeof views)[number]

/** One mail of the outbox: how its reader would see it, as text, its headers, its source. */
export function OutboxMail({ entry, sandbox, i18n }: OutboxMailProps) {
  const { t } = i18n
  const [mail, setMail] = useState<ReadMail>()
  const [failure, setFailure] = useState<string>()
  const [chosen, setChosen] = useState<View>()

  useEffect(() => {
    const read = async () => {
      const [{ readMail }, raw] = await Promise.all([import('./outbox-read.ts'), sandbox.mail(entry.id)])
      setMail(await readMail(raw, i18n))
    }
    read().catch((error: unknown) =>
      setFailure(error instanceof ProblemError ? error.problem.detail : t('common.failed.words')),
    )
  }, [])

  const shown = views.filter((view) => view !== 'html' || mail?.frame !== undefined)
  const view = chosen && shown.includes(chosen) ? chosen : shown[0]
  const Frame = mail?.Frame
  return (
    <article class="outbox-mail">
      <header class="outbox-mail__head">
        <a class="outbox-mail__back" href="#">
          <Icon name="back" />
          {t('outbox.back')}
        </a>
        <h1 class="outbox-mail__subject">
          <bdi>{entry.subject || t('common.no-subject')}</bdi>
        </h1>
        <dl class="outbox-mail__facts">
          <dt>{t('outbox.from')}</dt>
          <dd>
            <bdi>{mail?.from ?? entry.from}</bdi>
          </dd>
          <dt>{t('outbox.to')}</dt>
          <dd>
            <bdi>{entry.to.join(', ')}</bdi>
          </dd>
          <dt>{t('outbox.date')}</dt>
          <dd>{i18n.date(entry.date)}</dd>
        </dl>
        <div class="outbox-mail__tools">
          <div class="outbox-mail__views" role="group" aria-label={t('outbox.view')}>
            {shown.map((one) => (
              <button
                key={one}
                type="button"
                class="outbox-mail__view"
                aria-pressed={one === view}
                onClick={() => setChosen(one)}
              >
                {t(`outbox.${one}`)}
              </button>
            ))}
          </div>
          <LinkButton
            look="quiet"
            icon="download"
            href={sandbox.mailUrl(entry.id)}
            download={`${entry.id}.eml`}
          >
            {t('outbox.download')}
          </LinkButton>
        </div>
      </header>
      {failure === undefined ? null : (
        <Banner tone="error" title={t('common.failed.title')} announce>
          {failure}
        </Banner>
      )}
      {mail === undefined && failure === undefined ? (
        <div class="outbox-mail__wait">
          <Spinner label={t('common.loading')} />
        </div>
      ) : null}
      {mail && mail.attachments.length > 0 ? (
        <section class="outbox-mail__files">
          <h2>{t('outbox.attachments', { count: mail.attachments.length })}</h2>
          <ul>
            {mail.attachments.map((file, index) => (
              <li key={index}>
                <Icon name="attachment" />
                <bdi class="wrap-anywhere">{file.name}</bdi>
                <span class="muted small tabular">{i18n.size(file.size)}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {mail && view === 'html' && Frame && mail.frame !== undefined ? (
        <div class="outbox-mail__frame">
          <Frame document={mail.frame} title={t('outbox.frame')} />
        </div>
      ) : null}
      {mail && view === 'text' ? (
        <pre class="outbox-mail__text" tabIndex={0} dir="auto">
          {mail.text === undefined ? t('outbox.not-text') : <Linked text={mail.text} />}
        </pre>
      ) : null}
      {mail && view === 'headers' ? (
        <pre class="outbox-mail__text outbox-mail__text_mono" tabIndex={0}>
          {mail.headers}
        </pre>
      ) : null}
      {mail && view === 'source' ? (
        <pre class="outbox-mail__text outbox-mail__text_mono" tabIndex={0}>
          {mail.source}
        </pre>
      ) : null}
    </article>
  )
}

/** Text whose web addresses can be followed. */
function Linked({ text }: { text: string }) {
  const pieces = text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/)
  return (
    <>
      {pieces.map((piece, index) =>
        index % 2 === 0 ? (
          piece
        ) : (
          <a key={index} href={piece} target="_blank" rel="noopener noreferrer">
            {piece}
          </a>
        ),
      )}
    </>
  )
}
