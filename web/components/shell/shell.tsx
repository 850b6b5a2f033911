import { useDisclosure } from '@mantine/hooks'
import { Outlet } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { LiveProvider } from '../../app/live.tsx'
import { PendingProvider } from '../../app/pending.tsx'
import { CallCard } from '../softphone/call-card.tsx'
import { PhoneDrawer } from '../softphone/phone-drawer.tsx'
import { Banners } from './banners.tsx'
import { IssueAlarm } from './issue-alarm.tsx'
import { PasswordDialog } from './password-dialog.tsx'
import { Rail } from './rail.tsx'
import { Search } from './search.tsx'
import classes from './shell.module.css'
import { UndoNotices } from './undo-notices.tsx'

/** Frame of every page behind the sign-in: menu (beside, on a phone below), banners, search. */
export function Shell() {
  const { t } = useTranslation()
  const [passwordOpen, password] = useDisclosure(false)
  const [phoneOpen, phone] = useDisclosure(false)
  return (
    <LiveProvider>
      <PendingProvider>
        <a className={classes.skip} href="#content">
          {t('app.skip')}
        </a>
        <div className={classes.shell}>
          <Rail onChangePassword={password.open} onOpenPhone={phone.open} />
          <div className={classes.body}>
            <Banners onChangePassword={password.open} />
            <main id="content" className={classes.content} tabIndex={-1}>
              <Outlet />
            </main>
            <UndoNotices />
          </div>
        </div>
        <Search />
        <IssueAlarm />
        <CallCard />
        <PhoneDrawer opened={phoneOpen} onClose={phone.close} />
        <PasswordDialog opened={passwordOpen} onClose={password.close} />
      </PendingProvider>
    </LiveProvider>
  )
}
