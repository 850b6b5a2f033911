import { IconLock } from '@tabler/icons-react'
import pageClasses from './page.module.css'
import { StatePanel } from './state-panel.tsx'

interface OwnerOnlyProps {
  /** Name of the page. */
  readonly title: string
  readonly text: string
}

/** What an agent sees in place of the owner's pages. */
export function OwnerOnly({ title, text }: OwnerOnlyProps) {
  return (
    <div className={pageClasses.page}>
      <StatePanel page icon={<IconLock size={24} stroke={1.7} />} title={title} text={text} />
    </div>
  )
}
