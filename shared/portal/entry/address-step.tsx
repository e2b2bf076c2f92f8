import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { SignInMethod } from '../../contract/index.ts'
import { Button, Field } from '../../ui/index.ts'
import { usePortal } from '../context.ts'
import { looksLikeAddress } from './address.ts'
import { useForm } from './form.tsx'

interface AddressStepProps {
  address: string
  onAddress: (address: string) => void
  head: ComponentChildren
  onMethods: (methods: readonly SignInMethod[]) => void
}

/** **Email Address** and **Next**. */
export function AddressStep({ address, onAddress, head, onMethods }: AddressStepProps) {
  const { client, t } = usePortal()
  const input = useRef<HTMLInputElement>(null)
  const next = useRef<HTMLButtonElement>(null)
  const form = useForm()

  useLayoutEffect(() => {
    // Where the link has filled in the address, Enter goes on.
    if (address === '') input.current?.focus()
    else next.current?.focus()
  }, [])

  const check = () => {
    if (address.trim() === '') return { address: t('sign-in.error.address-empty') }
    return looksLikeAddress(address) ? {} : { address: t('sign-in.error.address-wrong') }
  }
  return (
    <>
      {head}
      <form
        class="entry-form"
        noValidate
        onSubmit={form.submit(check, async () => onMethods((await client.methods(address.trim())).methods))}
      >
        {form.summary}
        <Field
          id="address"
          type="email"
          name="username"
          label={t('sign-in.address')}
          autocomplete="username"
          autocapitalize="none"
          inputmode="email"
          enterkeyhint="next"
          spellcheck={false}
          value={address}
          onInput={onAddress}
          error={form.errors.address}
          inputRef={input}
        />
        <Button
          look="primary"
          type="submit"
          wide
          buttonRef={next}
          busy={form.busy ? t('common.loading') : undefined}
        >
          {t('sign-in.next')}
        </Button>
      </form>
    </>
  )
}
