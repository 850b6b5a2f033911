import { Modal } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { BulkAnswer } from '../api/pending-actions.ts'
import classes from './bulk-result-dialog.module.css'

interface BulkResultDialogProps {
  readonly answer: BulkAnswer | null
  readonly onClose: () => void
}

/** What became of each ticket: those refused first, with the reason. */
export function BulkResultDialog({ answer, onClose }: BulkResultDialogProps) {
  const { t } = useTranslation()
  const action = answer === null ? '' : t(`ticket.action.${answer.action.action.action}`)
  const results = answer?.result.results ?? []
  const refused = results.filter(({ done }) => !done)
  return (
    <Modal
      opened={answer !== null}
      onClose={onClose}
      title={t('board.result.title', { action })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <p className={classes.sum}>
        <span>{t('board.result.done', { count: results.length - refused.length })}</span>
        <strong>{t('board.result.refused', { count: refused.length })}</strong>
      </p>
      <ul className={classes.list}>
        {[...refused, ...results.filter(({ done }) => done)].map(({ order_no, done, detail, ticket }) => (
          <li key={order_no} data-done={done}>
            {done ? (
              <IconCheck size={17} stroke={2} aria-label={t('board.result.done', { count: 1 })} />
            ) : (
              <IconX size={17} stroke={2} aria-label={t('board.result.refused', { count: 1 })} />
            )}
            <span>
              <Link to="/tickets/$orderNo" params={{ orderNo: order_no }} onClick={onClose}>
                {order_no}
              </Link>{' '}
              {ticket?.recipient ?? ''}
              {detail === null ? null : <span className={classes.why}>{detail}</span>}
            </span>
          </li>
        ))}
      </ul>
    </Modal>
  )
}
