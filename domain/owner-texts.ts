/** Texts to the owner: Korean, short enough to be read at a glance. */
import { formatKoreanTime } from './korean-time.ts'
import type { MorningCounts } from './morning.ts'
import type { IssueKind } from './ticket-states.ts'

/** Kinds of texts that go to the owner, beside those of domain/notification.ts to customers. */
export type OwnerTextKind = 'issue_alarm' | 'morning_digest' | 'campaign_alarm'

export const ISSUE_KIND_NAMES: Readonly<Record<IssueKind, string>> = {
  message_typo: '문구 오타',
  delivery_delay: '배송 지연',
  complaint: '컴플레인',
  admin_required: '관리자 개입 필요',
}

/** Further ones are only counted. */
const LISTED_ISSUES = 5
const MAX_REASON_LENGTH = 60

/** What a text says of one Issue. */
export interface AlarmedIssue {
  readonly orderNo: string
  readonly kind: IssueKind
  readonly reason: string
}

/** @param link where one touch says that they have been seen. */
export function alarmText(companyName: string, issues: readonly AlarmedIssue[], link: string): string {
  const lines = issues
    .slice(0, LISTED_ISSUES)
    .map(({ orderNo, kind, reason }) => `${orderNo} ${ISSUE_KIND_NAMES[kind]}: ${shortened(reason)}`)
  const more = issues.length - lines.length
  return [
    `[${companyName}] 확인이 필요한 예외 ${issues.length}건`,
    ...lines,
    ...(more > 0 ? [`외 ${more}건`] : []),
    `확인: ${link}`,
  ].join('\n')
}

/** The reason that is told on the phone; @param others Issues that wait besides. */
export const spokenReason = (reason: string, others: number): string =>
  others === 0 ? reason : `${reason} 이 밖에 예외 ${others}건이 더 기다리고 있습니다.`

const shortened = (text: string): string =>
  text.length > MAX_REASON_LENGTH ? `${text.slice(0, MAX_REASON_LENGTH - 1)}…` : text

/** @param morning end of the night, as of Date.now(). @param link the page with every order. */
export function morningText(
  companyName: string,
  morning: number,
  counts: MorningCounts,
  link: string,
): string {
  const total = counts.complete + counts.awaiting_payment + counts.missing + counts.issues
  return [
    `[${companyName}] ${formatKoreanTime(morning)} 밤사이 주문 ${total}건`,
    `결제 완료 ${counts.complete} · 결제 대기 ${counts.awaiting_payment} · 정보 부족 ${counts.missing} · 예외 ${counts.issues}`,
    link,
  ].join('\n')
}

/** A campaign stands still by itself. @param link its page. */
export const campaignAlarmText = (
  companyName: string,
  campaign: { readonly name: string; readonly failed: number; readonly ended: number },
  link: string,
): string =>
  [
    `[${companyName}] 대량 발신 '${campaign.name}'이 멈췄습니다`,
    `최근 통화 ${campaign.ended}건 중 ${campaign.failed}건 실패`,
    `확인: ${link}`,
  ].join('\n')
