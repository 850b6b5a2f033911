import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'

let plain = ''
let count = 0

const show = (): void => {
  document.title = count > 0 ? `(${count}) ${plain}` : plain
}

/** Names the browser tab after the page. */
export function usePageTitle(page: string): void {
  const { t } = useTranslation()
  useEffect(() => {
    plain = t('app.title', { page })
    show()
  }, [page, t])
}

/** Number of Issues that nobody has seen, before the name of the tab. */
export function setTabCount(unseen: number): void {
  count = unseen
  show()
}
