import { useEffect, useState } from 'preact/hooks'
import type { LoginIssuesResponse } from '../../contract/index.ts'
import { Button, Dialog, Skeleton } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { copyText } from './copy-text.ts'
import './issues.css'

interface IssuesDialogProps {
  address: string
  internal: boolean | undefined
  onClose: () => void
}

/** **Login issues?**: what support needs, to copy or to keep as a file. */
export function IssuesDialog({ address, internal, onClose }: IssuesDialogProps) {
  const { client, t, i18n, host, now, router, toast } = usePortal()
  const [answer, setAnswer] = useState<LoginIssuesResponse | 'none' | undefined>()
  const [copied, setCopied] = useState(false)
  // The link of a forgotten password is a key: it must not be handed on.
  const secret = router.route.value.name === 'reset'
  const full = host.url()
  const url = secret ? `${new URL(full).origin}/reset/ ${t('issues.hidden')}` : full

  useEffect(() => {
    const asked = secret ? `${new URL(full).origin}/reset` : full
    client.loginIssues(address.slice(0, 320), asked.slice(0, 2000)).then(setAnswer, () => setAnswer('none'))
  }, [])

  const at = answer === undefined || answer === 'none' ? now() : answer.at
  const lines: [string, string][] = [
    [t('issues.url'), url],
    [t('issues.address'), address || t('issues.none')],
    [t('issues.at'), i18n.value.exactDate(at)],
    [t('issues.browser'), host.browser()],
    [
      t('issues.code'),
      answer === undefined ? '' : answer === 'none' ? t('issues.no-code') : answer.supportCode,
    ],
  ]
  const text = lines.map(([name, value]) => `${name}: ${value}`).join('\n') + '\n'

  const copy = async () => {
    await copyText(text)
    setCopied(true)
  }
  const download = () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
    link.download = t('issues.file')
    link.click()
    URL.revokeObjectURL(link.href)
  }
  const who =
    internal === undefined ? 'issues.who-unknown' : internal ? 'issues.who-user' : 'issues.who-recipient'

  return (
    <Dialog
      title={t('issues.title')}
      closeLabel={t('common.close')}
      onClose={onClose}
      actions={
        <>
          <Button
            look="primary"
            icon={copied ? 'check' : 'copy'}
            onClick={() => {
              copy().catch(() => toast({ text: t('common.failed.title') }))
            }}
          >
            {t('common.copy')}
          </Button>
          <Button icon="download" onClick={download}>
            {t('common.download')}
          </Button>
          <span class="issues__copied" role="status">
            {copied ? t('common.copied') : ''}
          </span>
        </>
      }
    >
      <p>{t(who)}</p>
      <p class="muted">{t('issues.lead')}</p>
      {answer === undefined ? (
        <Skeleton lines={5} label={t('common.loading')} />
      ) : (
        <dl class="issues">
          {lines.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd class="wrap-anywhere">
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Dialog>
  )
}
