import type { TFunction } from 'i18next'
import type { Channel, Colleague, IssueKind, TicketSubState } from '../../api/types.ts'
import { whoName } from '../../components/issue/who.ts'
import type { BoardSearch, FilterPart } from './board-search.ts'
import type { TimeName } from './time-ranges.ts'

/** Name of a value of a filter. @param people who can look after an Issue. */
export function choiceName(
  part: FilterPart,
  value: string,
  t: TFunction,
  people: readonly Colleague[],
): string {
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
      return whoName(value, people, t)
    case 'channel':
      return t(`ticket.channel.${value as Channel}`)
    case 'deliver':
    case 'ordered':
      return t(`board.time.${value as TimeName}`)
  }
}
