import { Button, Group, Tabs } from '@mantine/core'
import { IconFileImport, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LawList } from '../../api/call-law.ts'
import { meQuery } from '../../api/session.ts'
import { usePageTitle } from '../../app/page-title.ts'
import pageClasses from '../../components/page.module.css'
import { AddNumberDialog } from './add-number-dialog.tsx'
import classes from './call-law-page.module.css'
import { LAW_TABS, readCallLawSearch } from './call-law-search.ts'
import { ChangesPart } from './changes-part.tsx'
import { ConsentDialog } from './consent-dialog.tsx'
import { ConsentsPart } from './consents-part.tsx'
import { DoNotCallPart } from './do-not-call-part.tsx'
import { ForgetPart } from './forget-part.tsx'
import { ImportDialog } from './import-dialog.tsx'

/** Who must not be called and who agreed to it; the owner also mends it. */
export function CallLawPage() {
  const { t } = useTranslation()
  usePageTitle(t('call_law.title'))
  const { tab = 'never' } = useSearch({ from: '/shell/call-law' })
  const navigate = useNavigate({ from: '/call-law' })
  const { data: me } = useQuery(meQuery)
  const [adding, setAdding] = useState<'number' | 'consent' | null>(null)
  const [importing, setImporting] = useState<LawList | null>(null)
  const isOwner = me?.role === 'admin'
  const close = () => {
    setAdding(null)
    setImporting(null)
  }
  const isConsents = tab === 'consents'
  const mayAdd = tab === 'never' || (isConsents && isOwner)
  return (
    <div className={pageClasses.page}>
      <header className={pageClasses.head}>
        <h1 className={pageClasses.title}>{t('call_law.title')}</h1>
        {mayAdd ? (
          <Group gap="xs" className={classes.buttons ?? ''}>
            <Button
              size="sm"
              variant="default"
              leftSection={<IconFileImport size={16} stroke={1.8} aria-hidden />}
              onClick={() => setImporting(isConsents ? 'call-consents' : 'do-not-call')}
            >
              {t(isConsents ? 'call_law.consents.import' : 'call_law.never.import')}
            </Button>
            <Button
              size="sm"
              leftSection={<IconPlus size={16} stroke={1.9} aria-hidden />}
              onClick={() => setAdding(isConsents ? 'consent' : 'number')}
            >
              {t(isConsents ? 'call_law.consents.add' : 'call_law.never.add')}
            </Button>
          </Group>
        ) : null}
        <p className={pageClasses.lead}>{t('call_law.lead')}</p>
      </header>
      <Tabs
        value={tab}
        onChange={(value) =>
          void navigate({
            search: ({ q }) => readCallLawSearch({ q, tab: value }),
            replace: true,
          })
        }
      >
        <Tabs.List className={classes.tabs ?? ''} aria-label={t('call_law.tabs')}>
          {LAW_TABS.filter((one) => isOwner || one !== 'forget').map((one) => (
            <Tabs.Tab key={one} value={one} className={classes.tab ?? ''}>
              {t(`call_law.tab.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="never" className={classes.panel ?? ''}>
          {tab === 'never' ? <DoNotCallPart mayRemove={isOwner} /> : null}
        </Tabs.Panel>
        <Tabs.Panel value="changes" className={classes.panel ?? ''}>
          {tab === 'changes' ? <ChangesPart /> : null}
        </Tabs.Panel>
        <Tabs.Panel value="consents" className={classes.panel ?? ''}>
          {isConsents ? <ConsentsPart mayWithdraw={isOwner} /> : null}
        </Tabs.Panel>
        <Tabs.Panel value="forget" className={classes.panel ?? ''}>
          {tab === 'forget' && isOwner ? <ForgetPart /> : null}
        </Tabs.Panel>
      </Tabs>
      <AddNumberDialog opened={adding === 'number'} onClose={close} />
      <ConsentDialog opened={adding === 'consent'} onClose={close} />
      <ImportDialog list={importing} onClose={close} />
    </div>
  )
}
