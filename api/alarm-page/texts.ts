/** What the page behind the owner's alarm text says. */
import type { Language } from '../../domain/money.ts'
import { ISSUE_KIND_NAMES } from '../../domain/owner-texts.ts'
import type { IssueKind } from '../../domain/ticket-states.ts'

interface AlarmPageTexts {
  readonly title: (waiting: number) => string
  readonly kinds: Readonly<Record<IssueKind, string>>
  readonly acknowledge: string
  readonly acknowledged: string
  readonly resolved: string
  readonly waiting: string
  readonly done: string
  readonly open: string
  readonly unknown: string
}

export const ALARM_PAGE_TEXTS: Readonly<Record<Language, AlarmPageTexts>> = {
  ko: {
    title: (waiting) => (waiting === 0 ? '모두 확인했습니다' : `확인이 필요한 예외 ${waiting}건`),
    kinds: ISSUE_KIND_NAMES,
    acknowledge: '확인했습니다',
    acknowledged: '확인함',
    resolved: '해결됨',
    waiting: '대기 중',
    done: '알림 전화가 가지 않습니다. 해결은 앱에서 해 주세요.',
    open: '앱에서 열기',
    unknown: '쓸 수 없는 링크입니다.',
  },
  en: {
    title: (waiting) =>
      waiting === 0 ? 'All have been seen' : `${waiting} Issue${waiting === 1 ? '' : 's'} to look at`,
    kinds: {
      message_typo: 'Text error',
      delivery_delay: 'Late delivery',
      complaint: 'Complaint',
      admin_required: 'Needs the owner',
    },
    acknowledge: 'I have seen them',
    acknowledged: 'Seen',
    resolved: 'Resolved',
    waiting: 'Waiting',
    done: 'No call will follow. Resolve them in the app.',
    open: 'Open in the app',
    unknown: 'This link can’t be used.',
  },
}
