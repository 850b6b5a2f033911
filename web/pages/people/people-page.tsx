import { Button, Skeleton } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { accountsQuery } from '../../api/accounts.ts'
import { meQuery } from '../../api/session.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { OwnerOnly } from '../../components/owner-only.tsx'
import pageClasses from '../../components/page.module.css'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { AddDialog } from './add-dialog.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import { PeopleRows } from './people-rows.tsx'

/** Who can sign in and what they may. For the owner. */
export function PeoplePage() {
  const { t } = useTranslation()
  usePageTitle(t('people.title'))
  const { data: me } = useQuery(meQuery)
  if (me?.role !== 'admin') return <OwnerOnly title={t('people.title')} text={t('people.owner_only')} />
  return <OwnersPage myId={me.id} />
}

function OwnersPage({ myId }: { readonly myId: string }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(accountsQuery)
  const [adding, setAdding] = useState(false)
  const [renewed, setRenewed] = useState<string | null>(null)
  return (
    <div className={pageClasses.page}>
      <header className={pageClasses.head}>
        <h1 className={pageClasses.title}>{t('people.title')}</h1>
        <Button
          size="sm"
          leftSection={<IconPlus size={16} stroke={1.9} aria-hidden />}
          onClick={() => setAdding(true)}
        >
          {t('people.add')}
        </Button>
        <p className={pageClasses.lead}>{t('people.lead')}</p>
      </header>
      {data !== undefined ? (
        <PeopleRows accounts={data.accounts} myId={myId} onRenew={setRenewed} />
      ) : error !== null ? (
        <ProblemPanel error={error} onRetry={() => void refetch()} />
      ) : (
        <div role="status" aria-label={t('action.loading')}>
          <Skeleton height={150} />
        </div>
      )}
      <AddDialog opened={adding} onClose={() => setAdding(false)} />
      <PasswordDialog
        account={data?.accounts.find(({ id }) => id === renewed) ?? null}
        onClose={() => setRenewed(null)}
      />
    </div>
  )
}
