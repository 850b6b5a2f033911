import {
  type Announcements,
  type CollisionDetection,
  DndContext,
  type DragEndEvent,
  DragOverlay,
  KeyboardCode,
  type KeyboardCoordinateGetter,
  KeyboardSensor,
  MouseSensor,
  pointerWithin,
  rectIntersection,
  TouchSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TicketState, TicketSummary } from '../../api/types.ts'
import { showRefusal } from '../../components/notices.ts'
import classes from './drag.module.css'
import type { DropAction } from './drop-rules.ts'
import { type Drop, dropAllOn } from './drop-rules.ts'
import type { ShownColumn } from './shown-columns.ts'
import { TicketCard } from './ticket-card.tsx'

const LiftedContext = createContext<readonly TicketSummary[]>([])
/** The cards that are held at this moment. */
export const useLifted = (): readonly TicketSummary[] => useContext(LiftedContext)

/** A press that moves less is a click. */
const MOVE_PX = 7
/** A finger that rests so long picks up; one that moves at once scrolls. */
const TOUCH_HOLD_MS = 260

interface DragProps {
  readonly columns: readonly ShownColumn[]
  readonly chosen: ReadonlySet<string>
  readonly onDrop: (action: DropAction, tickets: readonly TicketSummary[]) => void
  readonly onLift: (lifted: boolean) => void
  readonly children: ReactNode
}

/** Picks up a card, or all that are chosen when it is one of them; a drop asks for what it means or says why not. */
export function Drag({ columns, chosen, onDrop, onLift, children }: DragProps) {
  const { t } = useTranslation()
  const [lifted, setLifted] = useState<readonly TicketSummary[]>([])
  const suppressClick = useClickSuppression(lifted.length > 0)
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: MOVE_PX } }),
    useSensor(TouchSensor, { activationConstraint: { delay: TOUCH_HOLD_MS, tolerance: 6 } }),
    useSensor(KeyboardSensor, {
      coordinateGetter: toNextColumn,
      keyboardCodes: {
        start: [KeyboardCode.Space],
        cancel: [KeyboardCode.Esc],
        end: [KeyboardCode.Space, KeyboardCode.Enter],
      },
    }),
  )
  const ticketsOf = (id: string | number): readonly TicketSummary[] => {
    const all = columns.flatMap((column) => column.tickets)
    const isHeld = chosen.has(String(id))
      ? (ticket: TicketSummary) => chosen.has(ticket.order_no)
      : (ticket: TicketSummary) => ticket.order_no === id
    return all.filter(isHeld)
  }
  const sentence = (drop: Drop): string => {
    if (drop.kind === 'stay') return t('board.drop.stay')
    return drop.kind === 'action' ? t(`ticket.action.${drop.action}`) : t(`board.drop.why.${drop.why}`)
  }
  const stateName = (id: string | number) => t(`ticket.state.${id as TicketState}`)
  const announcements: Announcements = {
    onDragStart: ({ active }) => t('board.drop.lift', { order: String(active.id) }),
    onDragOver: ({ active, over }) => {
      if (over === null) return undefined
      const drop = dropAllOn(ticketsOf(active.id), over.id as TicketState)
      // It lies on its own column at first: what to do next is told instead.
      if (drop.kind === 'stay') return t('board.drop.lift', { order: String(active.id) })
      return t('board.drop.over', { state: stateName(over.id), what: sentence(drop) })
    },
    onDragEnd: ({ active, over }) =>
      over === null
        ? t('board.drop.cancelled', { order: String(active.id) })
        : t('board.drop.dropped', {
            order: String(active.id),
            state: stateName(over.id),
            what: sentence(dropAllOn(ticketsOf(active.id), over.id as TicketState)),
          }),
    onDragCancel: ({ active }) => t('board.drop.cancelled', { order: String(active.id) }),
  }
  const end = ({ active, over }: DragEndEvent) => {
    const tickets = ticketsOf(active.id)
    setLifted([])
    onLift(false)
    suppressClick()
    if (over === null) return
    const drop = dropAllOn(tickets, over.id as TicketState)
    if (drop.kind === 'refused') showRefusal(t('board.drop.refused'), t(`board.drop.why.${drop.why}`))
    if (drop.kind === 'action') onDrop(drop.action, tickets)
  }
  const [first] = lifted
  return (
    <LiftedContext value={lifted}>
      <DndContext
        sensors={sensors}
        collisionDetection={underPointer}
        accessibility={{ announcements, screenReaderInstructions: { draggable: t('board.keys') } }}
        onDragStart={({ active }) => {
          setLifted(ticketsOf(active.id))
          onLift(true)
        }}
        onDragEnd={end}
        onDragCancel={() => {
          setLifted([])
          onLift(false)
        }}
      >
        {children}
        <DragOverlay dropAnimation={null}>
          {first === undefined ? null : (
            <div className={classes.held} data-many={lifted.length > 1 || undefined} inert>
              <TicketCard ticket={first} tabbable={false} />
              {lifted.length > 1 ? (
                <span className={classes.count}>{t('board.drop.cards', { count: lifted.length })}</span>
              ) : null}
            </div>
          )}
        </DragOverlay>
      </DndContext>
    </LiftedContext>
  )
}

/** The column under the pointer; for the keyboard the one that the card lies on. */
const underPointer: CollisionDetection = (input) =>
  input.pointerCoordinates === null ? rectIntersection(input) : pointerWithin(input)

/** Left and right go from column to column. */
const toNextColumn: KeyboardCoordinateGetter = (event, { context, currentCoordinates }) => {
  const step = event.code === 'ArrowRight' ? 1 : event.code === 'ArrowLeft' ? -1 : 0
  if (step === 0) return undefined
  event.preventDefault()
  const rects = [...context.droppableRects.values()].sort((a, b) => a.left - b.left)
  const { collisionRect } = context
  if (collisionRect === null) return undefined
  const middle = collisionRect.left + collisionRect.width / 2
  const here = rects.findIndex((rect) => middle >= rect.left && middle <= rect.right)
  const target = rects[here + step]
  if (here === -1 || target === undefined) return currentCoordinates
  return { x: target.left + (target.width - collisionRect.width) / 2, y: currentCoordinates.y }
}

/** The click that ends a drag must not open the card: it is stopped before anything else hears it. */
function useClickSuppression(active: boolean): () => void {
  const justDropped = useRef(false)
  const stop = useMemo(
    () => (event: MouseEvent) => {
      if (justDropped.current) event.preventDefault()
    },
    [],
  )
  useEffect(() => {
    if (active) window.addEventListener('click', stop, true)
    return () => {
      // After the click that the browser may still send.
      setTimeout(() => window.removeEventListener('click', stop, true), 60)
    }
  }, [active, stop])
  return () => {
    justDropped.current = true
    setTimeout(() => {
      justDropped.current = false
    }, 60)
  }
}
