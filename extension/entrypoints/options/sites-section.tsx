import { useState } from 'preact/hooks'
import type { Site } from '../../protocol.ts'
import { Banner, Button, Field, Switch } from '../../../shared/ui/index.ts'
import { hostOf, patternFromText } from '../../pages/index.ts'
import { useOptions } from './context.ts'
import { Section } from './section.tsx'
import './sites-section.css'

const groups = ['policy', 'own', 'default'] as const

/** Where the extension runs. */
export function SitesSection() {
  const { options, i18n } = useOptions()
  const { t } = i18n
  const [refused, setRefused] = useState(false)
  const sites = options.sites.value.toSorted((a, b) => hostOf(a.pattern).localeCompare(hostOf(b.pattern)))
  const byOf = { policy: 'policy', own: 'person', default: 'default' } as const
  return (
    <Section id="sites" title={t('options.sites')} lead={t('options.sites.lead')}>
      {refused ? (
        <Banner tone="warning" announce>
          {t('options.sites.refused')}
        </Banner>
      ) : null}
      <AddSite onRefused={setRefused} />
      {groups.map((group) => {
        const own = sites.filter(({ by }) => by === byOf[group])
        return own.length === 0 ? null : (
          <div key={group}>
            <h3 class="sites__title">
              {t(group === 'policy' ? 'options.policy' : `options.sites.${group}`)}
            </h3>
            <ul class="sites">
              {own.map((site) => (
                <li key={site.pattern} class="sites__one">
                  <SiteSwitch site={site} onRefused={setRefused} />
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </Section>
  )
}

interface Telling {
  onRefused: (refused: boolean) => void
}

function SiteSwitch({ site, onRefused }: { site: Site } & Telling) {
  const { options, i18n, attempt } = useOptions()
  const { t } = i18n
  const host = hostOf(site.pattern)
  // What may be spoken to in the clear is told from what may not.
  const shown = site.pattern.startsWith('http:') ? `http://${host}` : host
  return (
    <Switch
      label={host.startsWith('*.') ? t('options.sites.below', { host: host.slice(2) }) : shown}
      on={site.on}
      locked={site.by === 'policy' && site.on}
      hint={site.by === 'policy' && !site.on ? t('options.sites.not-allowed') : undefined}
      onChange={(on) =>
        attempt(async () => {
          onRefused(!(await options.switchSite(site.pattern, on)))
        })
      }
    />
  )
}

function AddSite({ onRefused }: Telling) {
  const { options, i18n, attempt } = useOptions()
  const { t } = i18n
  const [address, setAddress] = useState('')
  const [wrong, setWrong] = useState(false)
  const add = (event: Event) => {
    event.preventDefault()
    const pattern = patternFromText(address)
    setWrong(pattern === undefined)
    if (pattern === undefined) {
      document.getElementById('site-address')?.focus()
      return
    }
    attempt(async () => {
      const done = await options.switchSite(pattern, true)
      onRefused(!done)
      if (done) setAddress('')
    })
  }
  return (
    <form class="line-form" noValidate onSubmit={add}>
      <Field
        id="site-address"
        label={t('options.sites.add')}
        hint={t('options.sites.add-hint')}
        error={wrong ? t('options.sites.wrong') : undefined}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        inputmode="url"
        maxlength={2000}
        value={address}
        onInput={(text) => {
          setAddress(text)
          setWrong(false)
        }}
      />
      <Button type="submit">{t('options.sites.add-button')}</Button>
    </form>
  )
}
