import { Button, Skeleton } from '@mantine/core'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { apiKeysQuery } from '../../api/api-keys.ts'
import { meQuery } from '../../api/session.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { OwnerOnly } from '../../components/owner-only.tsx'
import pageClasses from '../../components/page.module.css'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import { AddKeyDialog } from './add-key-dialog.tsx'
import { ApiKeyRows } from './api-key-rows.tsx'
import { WebhookSection } from './webhook-section.tsx'

/** Which programs may use the API. For the owner. */
export function ApiKeysPage() {
  const { t } = useTranslation()
  usePageTitle(t('api_key.title'))
  const { data: me } = useQuery(meQuery)
  if (me?.role !== 'admin') return <OwnerOnly title={t('api_key.title')} text={t('api_key.owner_only')} />
  return <OwnersPage />
}

function OwnersPage() {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(apiKeysQuery)
  const [adding, setAdding] = useState(false)
  return (
    <div className={pageClasses.page}>
      <header className={pageClasses.head}>
        <h1 className={pageClasses.title}>{t('api_key.title')}</h1>
        <Button
          size="sm"
          leftSection={<IconPlus size={16} stroke={1.9} aria-hidden />}
          onClick={() => setAdding(true)}
        >
          {t('api_key.add')}
        </Button>
        <p className={pageClasses.lead}>{t('api_key.lead')}</p>
      </header>
      {data === undefined ? (
        error === null ? (
          <div role="status" aria-label={t('action.loading')}>
            <Skeleton height={120} />
          </div>
        ) : (
          <ProblemPanel error={error} onRetry={() => void refetch()} />
        )
      ) : data.keys.length === 0 ? (
        <StatePanel
          icon={<IconKey size={24} stroke={1.7} />}
          title={t('api_key.empty')}
          text={t('api_key.empty_text')}
        />
      ) : (
        <ApiKeyRows keys={data.keys} />
      )}
      <WebhookSection />
      <AddKeyDialog opened={adding} onClose={() => setAdding(false)} />
    </div>
  )
}
