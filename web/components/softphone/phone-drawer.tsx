import { Drawer } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { PhonePanel } from './phone-panel.tsx'
import classes from './phone-switch.module.css'

interface PhoneDrawerProps {
  readonly opened: boolean
  readonly onClose: () => void
}

/** One's telephone on a narrow screen, from below. */
export function PhoneDrawer({ opened, onClose }: PhoneDrawerProps) {
  const { t } = useTranslation()
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="bottom"
      size="auto"
      title={t('softphone.label')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <div className={classes.drawer}>
        <PhonePanel hasTitle={false} onCalled={onClose} />
      </div>
    </Drawer>
  )
}
