import { Button } from '@mantine/core'
import { IconMapPinOff } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { StatePanel } from './state-panel.tsx'

export function PageMissing() {
  const { t } = useTranslation()
  return (
    <main>
      <StatePanel
        page
        icon={<IconMapPinOff size={24} stroke={1.7} />}
        title={t('problem.page_missing')}
        text={t('problem.page_missing_text')}
      >
        <Button component={Link} to="/">
          {t('problem.to_board')}
        </Button>
      </StatePanel>
    </main>
  )
}
