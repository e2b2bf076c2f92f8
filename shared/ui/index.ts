/**
 * Design tokens and components: look.md in code. Relies on Preact and signals alone; knows no words (every text
 * comes in as a property) and no gateway. Promises: keyboard and screen reader everywhere, light and dark, left to
 * right and right to left, no inline styles, nothing that moves longer than 160 ms.
 * `base.css` is imported once by each page.
 */
export { Banner } from './banner.tsx'
export { Button, IconButton, LinkButton } from './button.tsx'
export { Dialog } from './dialog.tsx'
export { EmptyState } from './empty-state.tsx'
export { ErrorSummary, type FieldProblem } from './error-summary.tsx'
export { Choice, Field, PasswordField } from './field.tsx'
export { Icon, type IconName } from './icon.tsx'
export { Mark } from './mark.tsx'
export { Menu, type MenuItem } from './menu.tsx'
export { Progress } from './progress.tsx'
export { Skeleton, Spinner } from './spinner.tsx'
export { Switch } from './switch.tsx'
export { createToasts, type Toast, ToastHost, type Toasts } from './toast.tsx'
