import { Skeleton } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** Stands in while the code of a page is fetched. */
export function PageSkeleton() {
  const { t } = useTranslation()
  return (
    <div role="status" aria-label={t('action.loading')} style={{ display: 'grid', gap: 16, padding: 24 }}>
      <Skeleton height={28} width={180} />
      <Skeleton height={120} />
      <Skeleton height={240} />
    </div>
  )
}
