import type { ComponentChildren, ComponentType } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from '../../../shared/ui/index.ts'
import { PersonalCard, PersonalChoice, usePage } from '../../pages/index.ts'
import './passwords.css'

export interface PasswordsOptions {
  readonly place: 'frame' | 'window'
  /** Goes on in the extension's own window. Rejects where it can't be opened. */
  readonly toWindow: () => Promise<void>
  /** Below `limit`, evenly, of the browser's generator for secrets. */
  readonly random: (limit: number) => number
}

/**
 * What the extension puts around every form with a password: the person's own picture and phrase above it; before
 * the first one, the choice of them; and where policy or the person wants passwords in the window, the way there
 * instead of the form.
 */
export function passwordsSlot(options: PasswordsOptions): ComponentType<{ children: ComponentChildren }> {
  return function ExtensionPasswords({ children }) {
    const page = usePage()
    const { personal, passwords } = page.settings.value
    if (options.place === 'frame' && passwords === 'window') return <InWindow onOpen={options.toWindow} />
    if (personal === null) return <FirstChoice random={options.random} />
    return (
      <div class="passwords">
        <PersonalCard personal={personal} />
        {children}
      </div>
    )
  }
}

function FirstChoice({ random }: Pick<PasswordsOptions, 'random'>) {
  const page = usePage()
  const { t } = page
  return (
    <section class="passwords">
      <div class="entry-head">
        <h2>{t('personal.title')}</h2>
        <p>{t('personal.lead')}</p>
      </div>
      <PersonalChoice
        personal={null}
        submit={t('personal.keep')}
        random={random}
        autofocus
        onChoose={(personal) => page.change({ personal })}
      />
    </section>
  )
}

function InWindow({ onOpen }: { onOpen: () => Promise<void> }) {
  const { t } = usePage()
  const [state, setState] = useState<'idle' | 'busy' | 'open' | 'failed'>('idle')
  const open = () => {
    setState('busy')
    onOpen().then(
      () => setState('open'),
      () => setState('failed'),
    )
  }
  return (
    <div class="passwords">
      <p>{t(state === 'open' ? 'inline.password-window-done' : 'inline.password-window-words')}</p>
      <Button
        look="primary"
        icon="window"
        wide
        busy={state === 'busy' ? t('inline.opening') : undefined}
        onClick={open}
      >
        {t('inline.password-window')}
      </Button>
      <p role="status" class="small muted">
        {state === 'failed' ? t('inline.no-window') : ''}
      </p>
    </div>
  )
}
