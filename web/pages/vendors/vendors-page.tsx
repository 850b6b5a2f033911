import { Button, Skeleton } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../../api/session.ts'
import type { VendorView } from '../../api/types.ts'
import { vendorsQuery } from '../../api/vendors.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { OwnerOnly } from '../../components/owner-only.tsx'
import pageClasses from '../../components/page.module.css'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { VendorDialog } from './vendor-dialog.tsx'
import { VendorRows } from './vendor-rows.tsx'

/** Who makes and delivers, how they are reached, and how they do. For the owner. */
export function VendorsPage() {
  const { t } = useTranslation()
  usePageTitle(t('vendor.title'))
  const { data: me } = useQuery(meQuery)
  if (me?.role !== 'admin') return <OwnerOnly title={t('vendor.title')} text={t('vendor.owner_only')} />
  return <OwnersPage />
}

function OwnersPage() {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(vendorsQuery)
  const [open, setOpen] = useState<VendorView | 'new' | null>(null)
  return (
    <div className={pageClasses.page}>
      <header className={pageClasses.head}>
        <h1 className={pageClasses.title}>{t('vendor.title')}</h1>
        <Button
          size="sm"
          leftSection={<IconPlus size={16} stroke={1.9} aria-hidden />}
          onClick={() => setOpen('new')}
        >
          {t('vendor.add')}
        </Button>
        <p className={pageClasses.lead}>{t('vendor.lead')}</p>
      </header>
      {data !== undefined ? (
        <VendorRows vendors={data.vendors} onEdit={setOpen} />
      ) : error !== null ? (
        <ProblemPanel error={error} onRetry={() => void refetch()} />
      ) : (
        <div role="status" aria-label={t('action.loading')}>
          <Skeleton height={150} />
        </div>
      )}
      <VendorDialog vendor={open} onClose={() => setOpen(null)} />
    </div>
  )
}
