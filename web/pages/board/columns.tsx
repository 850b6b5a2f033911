import { useMediaQuery } from '@mantine/hooks'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BulkRequest, TicketState, TicketSummary } from '../../api/types.ts'
import { usePending, usePendingActions } from '../../app/pending.tsx'
import { showRefusal } from '../../components/notices.ts'
import { useMoveAnnouncement } from './announce.ts'
import { AskDialog, type Question } from './ask-dialog.tsx'
import { BoardColumn, type ColumnHandle } from './board-column.tsx'
import { actionsOf, type BoardAction, type BoardControls, BoardControlsProvider } from './board-context.tsx'
import classes from './board-page.module.css'
import { type BoardSearch, isFiltered } from './board-search.ts'
import { BulkBar } from './bulk-bar.tsx'
import { ColumnTabs } from './column-tabs.tsx'
import { Drag } from './drag.tsx'
import { extend, NOTHING, toggle, toggleAll } from './selection.ts'
import type { ShownColumn } from './shown-columns.ts'
import { useBoardKeys } from './use-board-keys.ts'
import { useFlip } from './use-flip.ts'

interface ColumnsProps {
  readonly columns: readonly ShownColumn[]
  readonly search: BoardSearch
  readonly onSearch: (search: BoardSearch) => void
  readonly onNearEnd: (state: TicketState) => void
  readonly onHelp: () => void
}

/** The four columns beside each other; on a phone one at a time, chosen by tabs. */
export function Columns({ columns: all, search, onSearch, onNearEnd, onHelp }: ColumnsProps) {
  const { t } = useTranslation()
  const container = useRef<HTMLDivElement>(null)
  const handles = useRef(new Map<TicketState, ColumnHandle>())
  const phone = useMediaQuery('(max-width: 720px)', false, { getInitialValueInEffect: false })
  const shown: TicketState = search.column ?? 'todo'
  const columns = phone ? all.filter(({ state }) => state === shown) : all
  const [selection, setSelection] = useState(NOTHING)
  const [menuOf, openMenu] = useState<string | null>(null)
  const [current, setCurrent] = useState<string | null>(null)
  const [isLifted, setLifted] = useState(false)
  const [question, setQuestion] = useState<Question | null>(null)
  const pending = usePending()
  const pendingActions = usePendingActions()

  const cards = useMemo(
    () => columns.map(({ state, tickets }) => ({ state, cards: tickets.map((ticket) => ticket.order_no) })),
    [columns],
  )
  const known = useMemo(() => cards.flatMap((column) => column.cards), [cards])
  // What has left the board is chosen no more.
  const chosenTickets = useMemo(
    () => all.flatMap(({ tickets }) => tickets.filter((ticket) => selection.chosen.has(ticket.order_no))),
    [all, selection],
  )
  const chosen = useMemo(() => new Set(chosenTickets.map((ticket) => ticket.order_no)), [chosenTickets])
  useFlip(container, phone ? shown : all, known)
  useFocusKept(container, current, all)

  const submit = (tickets: readonly TicketSummary[], action: BulkRequest['action']) => {
    pending.submit(tickets, action)
    setSelection(NOTHING)
  }
  const ask = (action: BoardAction, meant: readonly TicketSummary[]) => {
    const tickets = meant.filter((ticket) => actionsOf(ticket).includes(action))
    const name = t(`ticket.action.${action}`)
    if (tickets.length === 0) showRefusal(t('board.result.none', { action: name }), t('board.result.not_now'))
    else if (action === 'cancel' || action === 'raise_issue')
      setQuestion({ action, tickets, meant: meant.length })
    else submit(tickets, { action })
  }
  const choose = (orderNo: string, range: boolean) =>
    setSelection((before) => {
      const column = cards.find((each) => each.cards.includes(orderNo))?.cards ?? []
      return range ? extend(before, orderNo, column) : toggle(before, orderNo)
    })
  const controls: BoardControls = {
    chosen,
    toggle: choose,
    toggleAll: (state) =>
      setSelection((before) => toggleAll(before, cards.find((each) => each.state === state)?.cards ?? [])),
    menuOf,
    openMenu,
    ask,
    pendingOf: (orderNo) =>
      pendingActions.find(
        ({ phase, tickets }) => phase !== 'accepted' && tickets.some((ticket) => ticket.order_no === orderNo),
      ),
    current,
    canDrag: !phone,
  }
  useBoardKeys(container, {
    columns: cards,
    handles,
    current,
    isLifted,
    onCurrent: setCurrent,
    onToggle: choose,
    onMenu: openMenu,
    onClear: () => setSelection(NOTHING),
    onHelp,
  })
  const announcement = useMoveAnnouncement(all)
  return (
    <BoardControlsProvider value={controls}>
      {phone ? <ColumnTabs columns={all} shown={shown} search={search} onSearch={onSearch} /> : null}
      <Drag columns={all} chosen={chosen} onLift={setLifted} onDrop={ask}>
        <div ref={container} className={classes.columns}>
          {columns.map((column) => (
            <BoardColumn
              key={column.state}
              column={column}
              filtered={isFiltered(search)}
              asTab={phone}
              handles={handles}
              onNearEnd={onNearEnd}
            />
          ))}
        </div>
      </Drag>
      <BulkBar tickets={chosenTickets} onClear={() => setSelection(NOTHING)} />
      <AskDialog
        question={question}
        onClose={() => setQuestion(null)}
        onAnswer={(action) => {
          if (question !== null) submit(question.tickets, action)
          setQuestion(null)
        }}
      />
      <p className="visually-hidden" id="board-keys">
        {t('board.keys')}
      </p>
      <p className="visually-hidden" aria-live="polite">
        {announcement}
      </p>
    </BoardControlsProvider>
  )
}

/** A card that has the focus keeps it when it moves to another column, where it is drawn anew. */
function useFocusKept(
  container: React.RefObject<HTMLElement | null>,
  current: string | null,
  change: unknown,
): void {
  const had = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `change` is what moves cards
  useEffect(() => {
    const board = container.current
    if (board === null || current === null) return
    const card = board.querySelector<HTMLElement>(`[data-card="${CSS.escape(current)}"]`)
    if (had.current && document.activeElement === document.body) card?.focus({ preventScroll: true })
    had.current = card !== null && card === document.activeElement
    const remember = () => {
      had.current = document.activeElement instanceof HTMLElement && board.contains(document.activeElement)
    }
    board.addEventListener('focusin', remember)
    return () => board.removeEventListener('focusin', remember)
  }, [container, current, change])
}
