import { usePortal } from '../context.ts'

/** Recipients of an answer: they are those of the message it answers. */
export function FixedPeople({ to, cc }: { to: readonly string[]; cc: readonly string[] }) {
  const { t } = usePortal()
  return (
    <dl class="composer__fixed" title={t('write.fixed-people')}>
      {[[t('write.to'), to] as const, [t('write.cc'), cc] as const].map(([name, people]) =>
        people.length === 0 ? null : (
          <div key={name} class="composer__fixed-row">
            <dt>{name}</dt>
            <dd>
              {people.map((address, index) => (
                <span key={address}>
                  {index === 0 ? '' : ', '}
                  <bdi>{address}</bdi>
                </span>
              ))}
            </dd>
          </div>
        ),
      )}
    </dl>
  )
}
