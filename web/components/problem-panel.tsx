import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCloudOff } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { NetworkError } from '../api/problem.ts'
import { problemText } from './problem-text.ts'
import { StatePanel } from './state-panel.tsx'

/** Something could not be read; offers to try again. */
export function ProblemPanel({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useTranslation()
  const { title, detail } = problemText(error, t)
  const Icon = error instanceof NetworkError ? IconCloudOff : IconAlertTriangle
  return (
    <StatePanel icon={<Icon size={24} stroke={1.7} />} title={title} text={detail} tone="problem">
      <Button variant="default" onClick={onRetry}>
        {t('action.retry')}
      </Button>
    </StatePanel>
  )
}
