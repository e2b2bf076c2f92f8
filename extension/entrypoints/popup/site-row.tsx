import { Button, Icon, Switch } from '../../../shared/ui/index.ts'
import { usePopup } from './context.ts'
import type { Here } from './here.ts'
import './site-row.css'

/** Whether Postern runs on the page in front, and how to change that. */
export function SiteRow() {
  const { popup, i18n, attempt } = usePopup()
  const { t } = i18n
  const here = popup.here.value
  if (here === undefined) return null
  const note = popup.siteNote.value
  if (here.kind === 'elsewhere')
    return (
      <footer class="popup__foot site-row">
        <Icon name="globe" />
        <p class="site-row__words small muted">{t('popup.site.elsewhere')}</p>
      </footer>
    )
  if (here.kind === 'unseen')
    return (
      <footer class="popup__foot site-row">
        <div class="site-row__words" role="status">
          <p class="site-row__title">{note === undefined ? t('popup.site.unseen.title') : null}</p>
          <p class="small muted">{t(`popup.site.${note ?? 'unseen'}`)}</p>
        </div>
        {note === 'again' ? null : note === 'by-address' ? (
          <Button onClick={() => attempt(() => popup.openOptions('#sites'))}>{t('popup.options')}</Button>
        ) : (
          <Button onClick={() => attempt(() => popup.lookAtSite())}>{t('popup.site.look')}</Button>
        )}
      </footer>
    )
  return (
    <footer class="popup__foot" aria-label={t('popup.site')}>
      <Switch
        label={here.host}
        hint={t(`popup.site.${hintOf(here, note)}`)}
        on={here.on}
        locked={here.by === 'policy' && here.on}
        onChange={(on) => attempt(() => popup.switchSite(on))}
      />
    </footer>
  )
}

function hintOf(here: Extract<Here, { kind: 'site' }>, note: string | undefined) {
  if (here.by === 'policy') return here.on ? 'policy-on' : 'policy-off'
  if (note === 'refused' && !here.on) return 'refused'
  if (note === 'reload' && here.on) return 'reload'
  if (here.on) return 'on'
  return here.allowed ? 'off-known' : 'off'
}
