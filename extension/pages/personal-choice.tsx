import { useEffect, useRef, useState } from 'preact/hooks'
import { Button, Field } from '../../shared/ui/index.ts'
import type { Personal } from '../protocol.ts'
import { AskError } from './ask.ts'
import { usePage } from './page.ts'
import { Picture, pictureNames } from './pictures.tsx'
import { suggestPersonal } from './suggest-personal.ts'
import './personal-choice.css'

interface PersonalChoiceProps {
  /** What it is now; a suggestion where nothing was chosen yet. */
  personal: Personal | null
  /** Of the button that keeps it. */
  submit: string
  /** Keeps it. A rejection is shown; nothing is kept then. */
  onChoose: (personal: Personal) => Promise<void>
  /** Below `limit`, evenly, of the browser's generator for secrets. */
  random: (limit: number) => number
  autofocus?: boolean
}

/** As long as a line at 320 px is wide, twice. */
const longest = 60

/** Choosing one's own picture and phrase: both are suggested, so that one press is enough. */
export function PersonalChoice({ personal, submit, onChoose, random, autofocus }: PersonalChoiceProps) {
  const { t } = usePage()
  const [chosen, setChosen] = useState(() => personal ?? suggestPersonal(t('personal.words'), random))
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (autofocus) button.current?.focus({ preventScroll: true })
  }, [])

  const keep = (event: Event) => {
    event.preventDefault()
    if (busy) return
    const phrase = chosen.phrase.trim()
    if (phrase === '') {
      setError(t('personal.phrase-empty'))
      return
    }
    setBusy(true)
    setError(undefined)
    onChoose({ picture: chosen.picture, phrase })
      .catch((failure: unknown) =>
        setError(failure instanceof AskError ? failure.message : t('personal.not-kept')),
      )
      .finally(() => setBusy(false))
  }
  return (
    <form class="personal-choice" noValidate onSubmit={keep}>
      <fieldset class="personal-choice__pictures">
        <legend class="field__label">{t('personal.picture')}</legend>
        <div class="personal-choice__grid">
          {pictureNames.map((name) => (
            <label key={name} class="personal-choice__one" title={t(`personal.picture.${name}`)}>
              <input
                class="unseen"
                type="radio"
                name="picture"
                value={name}
                checked={chosen.picture === name}
                aria-label={t(`personal.picture.${name}`)}
                onChange={() => setChosen({ ...chosen, picture: name })}
              />
              <Picture name={name} />
            </label>
          ))}
        </div>
      </fieldset>
      <Field
        id="phrase"
        label={t('personal.phrase')}
        hint={t('personal.phrase-hint')}
        autocomplete="off"
        spellcheck={false}
        maxlength={longest}
        value={chosen.phrase}
        onInput={(phrase) => setChosen({ ...chosen, phrase })}
        error={error}
      />
      <Button
        look="quiet"
        icon="refresh"
        onClick={() => setChosen({ ...chosen, phrase: suggestPersonal(t('personal.words'), random).phrase })}
      >
        {t('personal.another')}
      </Button>
      <Button
        look="primary"
        type="submit"
        wide
        buttonRef={button}
        busy={busy ? t('common.loading') : undefined}
      >
        {submit}
      </Button>
    </form>
  )
}
