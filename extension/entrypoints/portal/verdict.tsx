import { useState } from 'preact/hooks'
import { Button, Icon } from '../../../shared/ui/index.ts'
import type { Verdict } from '../../protocol.ts'
import { usePage } from '../../pages/index.ts'
import './verdict.css'

interface VerdictScreenProps {
  verdict: Verdict
  /** Opens the page that looks closer at a gateway. */
  onPair: () => Promise<void>
}

/** Why a link is not opened. There is never a field here, and nothing is asked of the address it leads to. */
export function VerdictScreen({ verdict, onPair }: VerdictScreenProps) {
  if (verdict.state === 'look-alike') return <LookAlike verdict={verdict} />
  if (verdict.state === 'unknown') return <Unknown verdict={verdict} onPair={onPair} />
  return null
}

function LookAlike({ verdict }: { verdict: Extract<Verdict, { state: 'look-alike' }> }) {
  const { t, i18n } = usePage()
  const of = (
    <strong class="wrap-anywhere">
      <bdi>{verdict.of}</bdi>
    </strong>
  )
  const elsewhere = verdict.host !== verdict.of
  return (
    <main class="verdict verdict_look-alike">
      <header class="verdict__head">
        <Icon name="warning" />
        <h1 tabIndex={-1}>{t('inline.warn.title')}</h1>
      </header>
      <p>{i18n.value.parts(`inline.warn.${verdict.reason}`, { of })}</p>
      {elsewhere ? (
        <dl class="verdict__hosts">
          <div>
            <dt>{t('inline.warn.of')}</dt>
            <dd>
              <bdi dir="ltr">{verdict.of}</bdi>
            </dd>
          </div>
          <div>
            <dt>{t('inline.warn.leads')}</dt>
            <dd class="verdict__wrong">
              <bdi dir="ltr">{verdict.host}</bdi>
            </dd>
          </div>
        </dl>
      ) : null}
      <h2>{t('inline.warn.do')}</h2>
      <ol class="verdict__steps">
        <li>{t('inline.warn.do-1')}</li>
        <li>{t('inline.warn.do-2')}</li>
        <li>{t('inline.warn.do-3')}</li>
      </ol>
    </main>
  )
}

function Unknown({
  verdict,
  onPair,
}: Omit<VerdictScreenProps, 'verdict'> & {
  verdict: Extract<Verdict, { state: 'unknown' }>
}) {
  const { t } = usePage()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState(false)
  const pair = () => {
    setBusy(true)
    setFailed(false)
    onPair()
      .catch(() => setFailed(true))
      .finally(() => setBusy(false))
  }
  return (
    <main class="verdict verdict_unknown">
      <header class="verdict__head">
        <Icon name="question" />
        <h1 tabIndex={-1}>{t('inline.unknown.title')}</h1>
      </header>
      {verdict.host === null ? (
        <p>{t('inline.unknown.code')}</p>
      ) : (
        <>
          <p class="verdict__host">
            <bdi dir="ltr">{verdict.host}</bdi>
          </p>
          <p>{t('inline.unknown.words')}</p>
        </>
      )}
      <p class="muted">{t('inline.unknown.means')}</p>
      {verdict.gateway === null ? null : (
        <>
          <p>{t('inline.unknown.safe')}</p>
          <div class="verdict__foot">
            <Button icon="search" busy={busy ? t('common.loading') : undefined} onClick={pair}>
              {t('inline.unknown.check')}
            </Button>
            <span role="status" class="small muted">
              {failed ? t('inline.no-window') : ''}
            </span>
          </div>
        </>
      )}
    </main>
  )
}
