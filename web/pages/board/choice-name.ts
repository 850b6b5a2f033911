import type { TFunction } from 'i18next'
import type { Channel, IssueKind, TicketSubState } from '../../api/types.ts'
import type { BoardSearch, FilterPart } from './board-search.ts'
import type { TimeName } from './time-ranges.ts'

/** Name of a value of a filter. */
export function choiceName(part: FilterPart, value: string, t: TFunction): string {
  switch (part) {
    case 'only':
      return t(`board.only.${value as NonNullable<BoardSearch['only']>}`)
    case 'pay':
      return t(`board.pay.${value as NonNullable<BoardSearch['pay']>}`)
    case 'step':
      return t(`ticket.sub_state.${value as TicketSubState}`)
    case 'kind':
      return t(`ticket.issue_kind.${value as IssueKind}`)
    case 'who':
      return t(`issue.filter.${value === 'me' ? 'mine' : 'none'}`)
    case 'channel':
      return t(`ticket.channel.${value as Channel}`)
    case 'deliver':
    case 'ordered':
      return t(`board.time.${value as TimeName}`)
  }
}
