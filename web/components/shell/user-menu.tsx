import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import {
  IconBuildingStore,
  IconCashBanknote,
  IconCheck,
  IconDeviceDesktop,
  IconGauge,
  IconHeadset,
  IconKey,
  IconLogout,
  IconMessages,
  IconMoon,
  IconPhoneOutgoing,
  IconPlugConnected,
  IconReportMoney,
  IconSpeakerphone,
  IconSun,
  IconUsers,
} from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { meQuery, signOut } from '../../api/session.ts'
import { isLanguage, setLanguage } from '../../i18n/index.ts'
import { openText } from '../../i18n/open-text.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { turnOff } from '../../softphone/my-phone.ts'
import { showProblem } from '../notices.ts'
import classes from './user-menu.module.css'

const ICON = { size: 16, stroke: 1.7, 'aria-hidden': true } as const
const THEMES = [
  ['light', IconSun],
  ['dark', IconMoon],
  ['auto', IconDeviceDesktop],
] as const

const CHECK = <IconCheck {...ICON} />

interface UserMenuProps {
  readonly onChangePassword: () => void
  readonly onOpenPhone: () => void
}

/** Language, appearance, password and the way out; on a phone also what the menu has no room for. */
export function UserMenu({ onChangePassword, onOpenPhone }: UserMenuProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { data: me } = useQuery(meQuery)
  const leave = useSignOut()
  const name = me?.name || me?.email || ''
  return (
    <Menu position="right-end" width={232} shadow="none">
      <Menu.Target>
        <UnstyledButton className={classes.user} aria-label={t('user.menu')}>
          <span className={classes.avatar} aria-hidden>
            {name.slice(0, 1).toUpperCase()}
          </span>
          <span className={classes.who}>
            <span className={classes.name}>{name}</span>
            <span className={classes.role}>{me ? openText('user.role', me.role) : ''}</span>
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.email}>{me?.email}</div>
        <Menu.Label>{t('user.language')}</Menu.Label>
        <fieldset className={classes.group} aria-label={t('user.language')}>
          <Menu.RadioGroup
            value={language}
            onChange={(value) => {
              if (isLanguage(value)) void setLanguage(value)
            }}
          >
            {(['ko', 'en'] as const).map((each) => (
              <Menu.RadioItem key={each} value={each} lang={each} checkIcon={CHECK}>
                {t(`user.${each}`)}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
        </fieldset>
        <Menu.Label>{t('user.theme')}</Menu.Label>
        <fieldset className={classes.group} aria-label={t('user.theme')}>
          <Menu.RadioGroup
            value={colorScheme}
            onChange={(value) => {
              const scheme = THEMES.find(([name]) => name === value)
              if (scheme !== undefined) setColorScheme(scheme[0])
            }}
          >
            {THEMES.map(([scheme, Icon]) => (
              <Menu.RadioItem key={scheme} value={scheme} checkIcon={CHECK} rightSection={<Icon {...ICON} />}>
                {t(`user.${scheme}`)}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
        </fieldset>
        <Menu.Divider />
        <Menu.Item
          className={classes.phoneOnly ?? ''}
          leftSection={<IconHeadset {...ICON} />}
          onClick={onOpenPhone}
        >
          {t('softphone.label')}
        </Menu.Item>
        <Menu.Item
          component={Link}
          to="/conversations"
          className={classes.phoneOnly ?? ''}
          leftSection={<IconMessages {...ICON} />}
        >
          {t('nav.conversations')}
        </Menu.Item>
        <Menu.Item
          component={Link}
          to="/outbound"
          className={classes.phoneOnly ?? ''}
          leftSection={<IconPhoneOutgoing {...ICON} />}
        >
          {t('nav.outbound')}
        </Menu.Item>
        <Menu.Item
          component={Link}
          to="/campaigns"
          className={classes.phoneOnly ?? ''}
          leftSection={<IconSpeakerphone {...ICON} />}
        >
          {t('nav.campaigns')}
        </Menu.Item>
        <Menu.Item
          component={Link}
          to="/payments"
          className={classes.phoneOnly ?? ''}
          leftSection={<IconCashBanknote {...ICON} />}
        >
          {t('nav.payments')}
        </Menu.Item>
        {me?.role === 'admin' ? (
          <Menu.Item
            component={Link}
            to="/settlement"
            className={classes.phoneOnly ?? ''}
            leftSection={<IconReportMoney {...ICON} />}
          >
            {t('nav.settlement')}
          </Menu.Item>
        ) : null}
        {me?.role === 'admin' ? (
          <Menu.Item
            component={Link}
            to="/latency"
            className={classes.phoneOnly ?? ''}
            leftSection={<IconGauge {...ICON} />}
          >
            {t('nav.latency')}
          </Menu.Item>
        ) : null}
        {me?.role === 'admin' ? (
          <Menu.Item
            component={Link}
            to="/vendors"
            className={classes.phoneOnly ?? ''}
            leftSection={<IconBuildingStore {...ICON} />}
          >
            {t('nav.vendors')}
          </Menu.Item>
        ) : null}
        {me?.role === 'admin' ? (
          <Menu.Item
            component={Link}
            to="/people"
            className={classes.phoneOnly ?? ''}
            leftSection={<IconUsers {...ICON} />}
          >
            {t('nav.people')}
          </Menu.Item>
        ) : null}
        <Menu.Item
          component={Link}
          to="/system"
          className={classes.phoneOnly ?? ''}
          leftSection={<IconPlugConnected {...ICON} />}
        >
          {t('nav.system')}
        </Menu.Item>
        <Menu.Item leftSection={<IconKey {...ICON} />} onClick={onChangePassword}>
          {t('user.change_password')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout {...ICON} />} onClick={() => leave.mutate()}>
          {t('user.sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function useSignOut() {
  const client = useQueryClient()
  const router = useRouter()
  const { t } = useTranslation()
  return useMutation({
    mutationFn: async () => {
      await turnOff(false)
      return signOut()
    },
    onSuccess: async () => {
      client.clear()
      client.setQueryData(meQuery.queryKey, null)
      await router.navigate({ to: '/sign-in' })
    },
    onError: (error) => showProblem(error, t('user.sign_out'), t),
  })
}
