import { Banner, Icon, LinkButton, Mark } from '../../shared/ui/index.ts'
import type { PagesI18n } from '../../shared/i18n/pages/index.ts'
import { PageBar } from './page-bar.tsx'
import type { Sandbox } from './sandbox.ts'
import { TryIt } from './try-it.tsx'
import './home-page.css'

interface HomePageProps {
  sandbox: Sandbox
  i18n: PagesI18n
}

const steps = [
  { icon: 'mail', title: 'home.step-1', words: 'home.step-1-words' },
  { icon: 'key', title: 'home.step-2', words: 'home.step-2-words' },
  { icon: 'reply', title: 'home.step-3', words: 'home.step-3-words' },
] as const

/** What a stranger sees first in the sandbox: what this is, how it goes, and a button to try it. */
export function HomePage({ sandbox, i18n }: HomePageProps) {
  const { t } = i18n
  return (
    <div class="home-page">
      <PageBar
        links={[
          { href: '/outbox', label: t('outbox.title') },
          { href: '/portal', label: t('home.open-portal') },
        ]}
      />
      <main class="home-page__main">
        <div class="home-page__head">
          <Mark size="l" />
          <h1>{t('home.title')}</h1>
          <p class="home-page__lead">{t('home.lead')}</p>
        </div>
        <div class="home-page__columns">
          <section class="home-page__how" aria-labelledby="how">
            <h2 id="how">{t('home.how')}</h2>
            <ol class="home-page__steps">
              {steps.map(({ icon, title, words }) => (
                <li key={title}>
                  <span class="home-page__icon">
                    <Icon name={icon} />
                  </span>
                  <div>
                    <h3>{t(title)}</h3>
                    <p class="muted">
                      {words === 'home.step-1-words'
                        ? i18n.parts(words, { tag: <code>[secure]</code> })
                        : t(words)}
                    </p>
                  </div>
                </li>
              ))}
            </ol>
            <Banner title={t('home.sandbox')}>{t('home.sandbox-words')}</Banner>
            <div class="home-page__links">
              <LinkButton href="/outbox" icon="sent">
                {t('home.open-outbox')}
              </LinkButton>
              <LinkButton href="/portal" icon="inbox">
                {t('home.open-portal')}
              </LinkButton>
            </div>
          </section>
          <TryIt sandbox={sandbox} i18n={i18n} />
        </div>
      </main>
    </div>
  )
}
