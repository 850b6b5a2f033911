import { Button, Group, Popover } from '@mantine/core'
import { IconPhoneOff } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OutboundRecord } from '../../api/types.ts'
import classes from './outbound-call-page.module.css'
import { useOutboundAct } from './use-outbound-act.ts'

/** Calls it off, asking once more before. */
export function CancelButton({ request }: { readonly request: OutboundRecord }) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const { cancel } = useOutboundAct(request.outbound_id)
  const label = t(request.state === 'connected' ? 'outbound.hang_up' : 'outbound.cancel')
  return (
    <Popover opened={asking} onChange={setAsking} trapFocus position="bottom-start" width={280}>
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPhoneOff size={15} stroke={1.8} aria-hidden />}
          loading={cancel.isPending}
          onClick={() => setAsking(true)}
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('outbound.cancel_ask')}>
        <p className={classes.ask}>{t('outbound.cancel_ask')}</p>
        <p className={classes.askText}>{t('outbound.cancel_text')}</p>
        <Group gap="xs" justify="flex-end" mt={10}>
          <Button size="xs" variant="default" onClick={() => setAsking(false)}>
            {t('action.close')}
          </Button>
          <Button
            size="xs"
            onClick={() => {
              setAsking(false)
              cancel.mutate()
            }}
          >
            {label}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  )
}
