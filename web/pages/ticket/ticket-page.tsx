import { Button } from '@mantine/core'
import { IconTicketOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/problem.ts'
import { ticketQuery } from '../../api/tickets.ts'
import type { TicketDetail } from '../../api/types.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { RecordingsProvider } from '../../components/call/recording.tsx'
import { PageSkeleton } from '../../components/page-skeleton.tsx'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { StatePanel } from '../../components/state-panel.tsx'
import { CallsPanel } from './calls-panel.tsx'
import { ConversationPanel } from './conversation-panel.tsx'
import { CustomerPagePanel } from './customer-page-panel.tsx'
import { DeliveryPanel } from './delivery-panel.tsx'
import { IssuePanel } from './issue/issue-panel.tsx'
import { LookAlikePanel } from './look-alike-panel.tsx'
import { OrderPanel } from './order-panel.tsx'
import { PaymentPanel } from './payment-panel.tsx'
import { PurchaseOrderPanel } from './purchase-order-panel.tsx'
import { TicketActions } from './ticket-actions.tsx'
import { TicketHeader } from './ticket-header.tsx'
import classes from './ticket-page.module.css'
import { TimelinePanel } from './timeline-panel.tsx'

export function TicketPage() {
  const { orderNo } = useParams({ from: '/shell/tickets/$orderNo' })
  const { t } = useTranslation()
  const ticket = useQuery(ticketQuery(orderNo))
  usePageTitle(t('ticket.page.order_no', { order_no: orderNo }))
  if (ticket.data !== undefined) return <Ticket ticket={ticket.data} />
  if (!ticket.isError) return <PageSkeleton />
  const status = ticket.error instanceof ApiError ? ticket.error.problem.status : 0
  if (status !== 404 && status !== 422)
    return <ProblemPanel error={ticket.error} onRetry={() => void ticket.refetch()} />
  return (
    <StatePanel
      page
      icon={<IconTicketOff size={24} stroke={1.7} />}
      title={t('ticket.page.not_found', { order_no: orderNo })}
      text={t('ticket.page.not_found_text')}
    >
      <Button component={Link} to="/">
        {t('problem.to_board')}
      </Button>
    </StatePanel>
  )
}

function Ticket({ ticket }: { readonly ticket: TicketDetail }) {
  // A conversation takes the width that a few texts don't need.
  const talks = ticket.messages.some((message) => message.kind === 'chat')
  return (
    <RecordingsProvider>
      <TicketActions ticket={ticket}>
        <div className={classes.page}>
          <TicketHeader ticket={ticket} />
          <IssuePanel ticket={ticket} />
          <LookAlikePanel ticket={ticket} />
          <div className={classes.columns}>
            <div className={classes.main}>
              <OrderPanel ticket={ticket} />
              {talks ? <ConversationPanel ticket={ticket} /> : null}
              <CallsPanel ticket={ticket} />
              <TimelinePanel ticket={ticket} />
            </div>
            <div className={classes.side}>
              <PaymentPanel ticket={ticket} />
              <PurchaseOrderPanel ticket={ticket} />
              <DeliveryPanel ticket={ticket} />
              {talks ? null : <ConversationPanel ticket={ticket} />}
              <CustomerPagePanel ticket={ticket} />
            </div>
          </div>
        </div>
      </TicketActions>
    </RecordingsProvider>
  )
}
