import { Mark } from '../../shared/ui/index.ts'
import './page-bar.css'

interface PageBarProps {
  links: readonly { readonly href: string; readonly label: string; readonly here?: boolean }[]
}

/** The bar of the sandbox's pages. */
export function PageBar({ links }: PageBarProps) {
  return (
    <header class="page-bar">
      <a class="page-bar__name" href="/">
        <Mark />
        Postern
      </a>
      <nav>
        {links.map(({ href, label, here }) => (
          <a key={href} class="page-bar__link" href={href} aria-current={here ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
    </header>
  )
}
