/** Tells password managers whose password it is; nobody else sees it. */
export function Username({ address }: { address: string }) {
  return (
    <input
      class="unseen"
      type="email"
      name="username"
      autocomplete="username"
      value={address}
      readOnly
      tabIndex={-1}
      aria-hidden="true"
    />
  )
}
