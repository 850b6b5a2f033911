import { useDraggable } from '@dnd-kit/core'
import { Menu } from '@mantine/core'
import {
  IconAlertTriangle,
  IconArrowUpRight,
  IconBan,
  IconChecks,
  IconDots,
  IconRefresh,
  IconSquareCheck,
} from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { TicketSummary } from '../../api/types.ts'
import classes from './board-card.module.css'
import { actionsOf, type BoardAction, useBoardControls } from './board-context.tsx'
import { TicketCard } from './ticket-card.tsx'

const ICONS: Readonly<Record<BoardAction, typeof IconBan>> = {
  retry_step: IconRefresh,
  confirm_order: IconChecks,
  raise_issue: IconAlertTriangle,
  cancel: IconBan,
}

interface BoardCardProps {
  readonly ticket: TicketSummary
  /** Tab reaches this one of the column. */
  readonly tabbable: boolean
}

/** A card in its column: chosen, picked up, with a menu, and marked while an action of it is on its way. */
export function BoardCard({ ticket, tabbable }: BoardCardProps) {
  const { t } = useTranslation()
  const controls = useBoardControls()
  const { order_no: orderNo } = ticket
  const pending = controls.pendingOf(orderNo)
  const isChosen = controls.chosen.has(orderNo)
  const { setNodeRef, setActivatorNodeRef, listeners, isDragging } = useDraggable({
    id: orderNo,
    disabled: !controls.canDrag || pending !== undefined,
  })
  return (
    <div
      ref={setNodeRef}
      className={classes.box}
      data-flip={orderNo}
      data-chosen={isChosen || undefined}
      data-choosing={controls.chosen.size > 0 || undefined}
      data-pending={pending?.phase}
      data-lifted={isDragging || undefined}
      {...listeners}
    >
      <TicketCard ticket={ticket} tabbable={tabbable} innerRef={setActivatorNodeRef} />
      <input
        type="checkbox"
        className={classes.check}
        aria-label={t('board.card.select', { order: orderNo })}
        tabIndex={tabbable ? 0 : -1}
        checked={isChosen}
        onClick={(event) => controls.toggle(orderNo, event.shiftKey)}
        onChange={() => {}}
      />
      <CardMenu ticket={ticket} tabbable={tabbable} />
      {pending === undefined ? null : (
        <p className={classes.pending}>
          {t(pending.phase === 'waiting' ? 'board.card.pending' : 'board.card.sent', {
            action: t(`ticket.action.${pending.action.action}`),
          })}
        </p>
      )}
    </div>
  )
}

function CardMenu({ ticket, tabbable }: BoardCardProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { menuOf, openMenu, ask, toggle, pendingOf } = useBoardControls()
  const { order_no: orderNo } = ticket
  const opened = menuOf === orderNo
  const button = (
    <button
      type="button"
      className={classes.menu}
      aria-label={t('board.card.menu', { order: orderNo })}
      aria-haspopup="menu"
      aria-expanded={opened}
      tabIndex={tabbable ? 0 : -1}
      onClick={() => openMenu(opened ? null : orderNo)}
    >
      <IconDots size={17} stroke={2} aria-hidden />
    </button>
  )
  // One menu at a time exists: hundreds of closed ones would be work for nothing.
  if (!opened) return button
  const actions = pendingOf(orderNo) === undefined ? actionsOf(ticket) : []
  return (
    <Menu
      opened
      onClose={() => openMenu(null)}
      position="bottom-end"
      offset={4}
      withinPortal
      portalProps={{ target: '#board-layer' }}
      transitionProps={{ duration: 80 }}
      returnFocus
    >
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown aria-label={t('board.card.menu', { order: orderNo })}>
        {actions.map((action) => {
          const Icon = ICONS[action]
          return (
            <Menu.Item
              key={action}
              leftSection={<Icon size={16} stroke={1.8} aria-hidden />}
              {...(action === 'cancel' ? { color: 'clay' } : {})}
              onClick={() => ask(action, [ticket])}
            >
              {t(`ticket.action.${action}`)}
            </Menu.Item>
          )
        })}
        {actions.length > 0 ? <Menu.Divider /> : null}
        <Menu.Item
          leftSection={<IconArrowUpRight size={16} stroke={1.8} aria-hidden />}
          onClick={() => void navigate({ to: '/tickets/$orderNo', params: { orderNo } })}
        >
          {t('board.card.open')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconSquareCheck size={16} stroke={1.8} aria-hidden />}
          onClick={() => toggle(orderNo, false)}
        >
          {t('board.card.select', { order: '' }).trim()}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
