import './fingerprint.css'

interface FingerprintProps {
  value: string
  /** Id of what names it. */
  labelledBy: string
}

/** A fingerprint in its groups, the same four in every line however wide the page: so they can be compared. */
export function Fingerprint({ value, labelledBy }: FingerprintProps) {
  return (
    <code class="fingerprint" aria-labelledby={labelledBy} dir="ltr" role="group">
      {value.split(' ').map((group, index) => (
        <span key={index}>{group} </span>
      ))}
    </code>
  )
}
