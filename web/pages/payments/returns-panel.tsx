import { Button, Modal } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { markReturned, paymentKeys } from '../../api/payments.ts'
import { meQuery } from '../../api/session.ts'
import type { MoneyToReturnView } from '../../api/types.ts'
import { useMinute } from '../../app/clock.ts'
import { showDone } from '../../components/notices.ts'
import { Pill } from '../../components/pill.tsx'
import { Section, SectionEmpty } from '../../components/section.tsx'
import { formatWon } from '../../format/text.ts'
import { formatExact, formatWhen } from '../../format/time.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { AccountDialog } from './account-dialog.tsx'
import classes from './payments-page.module.css'
import { NotedForm } from './settle-dialog.tsx'

/** Money of customers that a person sends back. */
export function ReturnsPanel({ returns }: { readonly returns: readonly MoneyToReturnView[] }) {
  const { t } = useTranslation()
  const [returned, setReturned] = useState<MoneyToReturnView | null>(null)
  const [shown, setShown] = useState<MoneyToReturnView | null>(null)
  return (
    <Section
      title={t('payments.returns')}
      aside={returns.length === 0 ? null : <Pill tone="warn">{returns.length}</Pill>}
    >
      {returns.length === 0 ? (
        <SectionEmpty>{t('payments.returns_empty')}</SectionEmpty>
      ) : (
        <ul className={classes.rows}>
          {returns.map((money) => (
            <ReturnRow
              key={money.id}
              money={money}
              onReturned={() => setReturned(money)}
              onShow={() => setShown(money)}
            />
          ))}
        </ul>
      )}
      <ReturnedDialog money={returned} onClose={() => setReturned(null)} />
      <AccountDialog money={shown} onClose={() => setShown(null)} />
    </Section>
  )
}

interface ReturnRowProps {
  readonly money: MoneyToReturnView
  readonly onReturned: () => void
  readonly onShow: () => void
}

function ReturnRow({ money, onReturned, onShow }: ReturnRowProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useMinute()
  const { data: me } = useQuery(meQuery)
  const owner = me?.role === 'admin'
  return (
    <li className={classes.row}>
      <div className={classes.money}>
        <span className={classes.amount}>{formatWon(money.amount, language)}</span>
        <span className={classes.who}>{money.orderer}</span>
        <span className={`${classes.quiet} ${classes.block}`}>
          <time dateTime={money.created_at} title={formatExact(money.created_at)}>
            {formatWhen(money.created_at, language, now)}
          </time>{' '}
          · {t(`payments.source.${money.source}`)}
        </span>
        <Pill tone="warn">{t(`payments.return_reason.${money.reason}`)}</Pill>
      </div>
      <div>
        <Link to="/tickets/$orderNo" params={{ orderNo: money.order_no }} className={classes.order}>
          {money.order_no}
        </Link>
        <p className={classes.quiet}>
          {t('payments.account')}: {money.account ?? t('payments.account_unknown')}
        </p>
      </div>
      <div className={classes.actions}>
        {owner && money.account !== null ? (
          <Button size="xs" variant="default" onClick={onShow}>
            {t('payments.account_show')}
          </Button>
        ) : null}
        {owner ? (
          <Button size="xs" onClick={onReturned}>
            {t('payments.mark_returned')}
          </Button>
        ) : null}
      </div>
    </li>
  )
}

interface MoneyDialogProps {
  readonly money: MoneyToReturnView | null
  readonly onClose: () => void
}

function ReturnedDialog({ money, onClose }: MoneyDialogProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const settle = useMutation({
    mutationFn: ({ id, note }: { readonly id: number; readonly note: string }) => markReturned(id, note),
    onSuccess: () => {
      showDone(t('payments.settled'))
      onClose()
    },
    onSettled: () => client.invalidateQueries({ queryKey: paymentKeys.all }),
  })
  return (
    <Modal
      opened={money !== null}
      onClose={onClose}
      title={t('payments.mark_returned')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {money === null ? null : (
        <NotedForm
          text={t('payments.mark_returned_text')}
          submit={t('payments.mark_returned')}
          error={settle.error}
          pending={settle.isPending}
          onSubmit={(note) => settle.mutate({ id: money.id, note })}
          onClose={onClose}
        />
      )}
    </Modal>
  )
}
