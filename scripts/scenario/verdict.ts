/** Holds what is expected against the evidence: one check a sentence, each with what was really there. */
import { SUB_STATES } from '../../domain/ticket-states.ts'
import { WAITING_WORDS } from '../../domain/waiting-words.ts'
import { type CampaignDifference, compareCampaign } from './campaign-evidence.ts'
import type { CampaignCondition } from './campaign-schema.ts'
import { bare, type Check, countHolds, show } from './check.ts'
import type { PersonEvidence, TicketEvidence } from './evidence.ts'
import { normalizeOrderText } from './order-text.ts'
import type { Count, Expectation } from './schema.ts'
import { longestSilenceMs } from './silence.ts'
import type { Condition } from './step-schema.ts'
import { judgeReceived, judgeTurns } from './talk-verdict.ts'

/** Whether a step's wait is over. `callsBefore`: nothing older than the scenario counts. */
export function conditionHolds(condition: Condition, evidence: PersonEvidence): boolean {
  const ticket = evidence.tickets.at(-1)
  if (condition.ticket !== undefined) {
    if (ticket === undefined) return false
    if (!ticketMatches(condition.ticket, ticket) && !hasPassed(condition.ticket, ticket)) return false
  }
  if (condition.call !== undefined) {
    const call = evidence.calls.at(-1)
    if (call === undefined) return false
    if (condition.call.state !== undefined && call.state !== condition.call.state) return false
    if (condition.call.turns !== undefined && call.turns < condition.call.turns) return false
  }
  if (condition.outbound !== undefined) {
    const call = evidence.outbound.at(-1)
    const { state, attempts, completed, begun } = condition.outbound
    if (call === undefined || (state !== undefined && call.state !== state)) return false
    if (begun !== undefined && call.hasBegun !== begun) return false
    if (attempts !== undefined && call.attempts < attempts) return false
    const settled = call.questions.filter(
      ({ status }) => status === 'answered' || status === 'refused',
    ).length
    if (completed !== undefined && settled < completed) return false
  }
  if (condition.campaign !== undefined && !compareTo(condition.campaign, evidence).every(isAsWanted))
    return false
  const wantedSms = condition.sms
  if (wantedSms !== undefined) {
    const found = evidence.sms.filter(({ text }) => text.includes(wantedSms.containing)).length
    if (found < wantedSms.count) return false
  }
  if (condition.issue !== undefined) {
    const issue = ticket?.issues.at(-1)
    const { acknowledged_via: via, suggestion } = condition.issue
    if (issue === undefined) return false
    if (via !== undefined && issue.acknowledgedVia !== via) return false
    if (suggestion !== undefined && issue.hasSuggestion !== suggestion) return false
  }
  const wantedKakao = condition.kakao
  if (wantedKakao !== undefined) {
    const found = shownInKakao(evidence).filter((text) => text.includes(wantedKakao.containing)).length
    if (found < wantedKakao.count) return false
  }
  return true
}

/** What the company wrote in KakaoTalk, as far as the person got to see it. */
const shownInKakao = ({ kakao }: PersonEvidence): string[] =>
  kakao.filter(({ by, refused }) => by === 'company' && refused === undefined).map(({ text }) => text)

function ticketMatches(
  wanted: Partial<Record<'state' | 'sub_state' | 'issue_kind' | 'outcome', string | undefined>>,
  ticket: TicketEvidence,
) {
  return Object.entries(wanted).every(
    ([key, value]) => value === undefined || ticket[key as 'state'] === value,
  )
}

/**
 * A step that waits for nothing but a sub-state comes too late where the next one followed at once: after an outage the
 * vendor says "완료" in the same breath as "배송중".
 */
function hasPassed(
  { sub_state: wanted, ...others }: Parameters<typeof ticketMatches>[0],
  { state, sub_state: reached }: TicketEvidence,
): boolean {
  if (wanted === undefined || state === 'issue') return false
  if (Object.values(others).some((value) => value !== undefined)) return false
  const steps: readonly string[] = SUB_STATES
  return steps.indexOf(reached) > steps.indexOf(wanted)
}

/** All checks of one expectation. @param judgesTimes whether it counts how long something took. */
export function judge(expectation: Expectation, evidence: PersonEvidence, judgesTimes = true): Check[] {
  const checks: Check[] = []
  const check = (what: string, passed: boolean, expected: unknown, actual: unknown) =>
    checks.push({ what, passed, expected: show(expected), actual: show(actual) })
  const count = (what: string, wanted: Count | undefined, actual: number) => {
    if (wanted !== undefined) check(what, countHolds(wanted, actual), wanted, actual)
  }
  count('tickets', expectation.tickets, evidence.tickets.length)
  const ticket = evidence.tickets.at(-1)
  if (expectation.ticket !== undefined) {
    const { missing, ...states } = expectation.ticket
    for (const [key, value] of Object.entries(states)) {
      const actual = ticket?.[key as 'state']
      check(`ticket ${key}`, actual === value, value, actual)
    }
    if (missing !== undefined) {
      const actual = [...(ticket?.missing ?? [])].sort()
      check('ticket missing fields', show([...missing].sort()) === show(actual), missing, actual)
    }
  }
  for (const [field, value] of Object.entries(expectation.order ?? {})) {
    const actual = ticket?.fields[field] ?? null
    check(`order ${field}`, normalizeOrderText(value) === normalizeOrderText(actual), value, actual)
  }
  for (const [field, source] of Object.entries(expectation.sources ?? {})) {
    const actual = ticket?.sources[field] ?? null
    const same = actual?.channel === source.channel && actual.picture === source.picture
    check(`source of ${field}`, same, source, actual)
  }
  const done = ticket?.payments.filter(({ status }) => status === 'DONE') ?? []
  count('payments done', expectation.payments_done, done.length)
  if (expectation.paid_won !== undefined) {
    const won = done.reduce((sum, { amount }) => sum + amount, 0)
    check('won paid', won === expectation.paid_won, expectation.paid_won, won)
  }
  const taken = evidence.worldPayments.filter(({ approvedAt }) => approvedAt !== null)
  if (expectation.charged_won !== undefined) {
    const won = taken.reduce((sum, { totalAmount }) => sum + totalAmount, 0)
    check('won taken by the gateway', won === expectation.charged_won, expectation.charged_won, won)
  }
  if (expectation.refunded_won !== undefined) {
    const won = taken
      .flatMap(({ cancels }) => cancels ?? [])
      .reduce((sum, { cancelAmount }) => sum + cancelAmount, 0)
    check('won given back by the gateway', won === expectation.refunded_won, expectation.refunded_won, won)
  }
  const placed = ticket?.purchaseOrders.filter(({ erpOrderId }) => erpOrderId !== null) ?? []
  count('purchase orders placed', expectation.purchase_orders, placed.length)
  count("orders in the vendor's books", expectation.vendor_orders, evidence.vendorOrders.length)
  const newest = placed.at(-1)
  const proofs = (kind: string) => newest?.evidence.filter((found) => found === kind).length ?? 0
  const { method } = expectation.vendor ?? {}
  if (method !== undefined) check('way to the vendor', newest?.method === method, method, newest?.method)
  count("pictures of the vendor's pages", expectation.vendor?.pictures, proofs('picture'))
  count('calls that prove the order', expectation.vendor?.calls, proofs('call'))
  for (const [field, value] of Object.entries(expectation.vendor_order ?? {})) {
    const actual = evidence.vendorOrders.at(-1)?.[field]
    check(`${field} in the vendor's books`, actual === value, value, actual)
  }
  const recorded = ticket?.callsPlaced.filter((call) => !call.answered || call.recordingKey !== null) ?? []
  count('recorded calls that we placed', expectation.calls_placed, recorded.length)
  for (const [kind, wanted] of Object.entries(expectation.messages ?? {})) {
    const sent =
      ticket?.messages.filter((m) => m.kind === kind && (m.status === 'sent' || m.status === 'delivered')) ??
      []
    count(`messages sent: ${kind}`, wanted, sent.length)
  }
  for (const [text, wanted] of Object.entries(expectation.sms ?? {})) {
    count(
      `texts on the phone containing "${text}"`,
      wanted,
      evidence.sms.filter((sms) => sms.text.includes(text)).length,
    )
  }
  for (const [type, wanted] of Object.entries(expectation.sms_types ?? {})) {
    count(`texts of type ${type}`, wanted, evidence.sms.filter((sms) => sms.type === type).length)
  }
  for (const [text, wanted] of Object.entries(expectation.kakao ?? {})) {
    const found = shownInKakao(evidence).filter((shown) => shown.includes(text)).length
    count(`messages in KakaoTalk containing "${text}"`, wanted, found)
  }
  const refused = evidence.kakao.filter((message) => message.refused !== undefined).length
  count('answers that KakaoTalk refused', expectation.kakao_refused, refused)
  for (const [kind, wanted] of Object.entries(expectation.events ?? {})) {
    count(
      `timeline events: ${kind}`,
      wanted,
      ticket?.events.filter((event) => event.kind === kind).length ?? 0,
    )
  }
  if (expectation.delivery_photo !== undefined) {
    const kept = ticket?.deliveries.some(({ photoKey }) => photoKey !== null) ?? false
    check('delivery photo kept', kept === expectation.delivery_photo, expectation.delivery_photo, kept)
  }
  for (const [status, wanted] of Object.entries(expectation.deposits ?? {})) {
    const found = ticket?.deposits.filter((deposit) => deposit.status === status).length ?? 0
    count(`deposits ${status}`, wanted, found)
  }
  if (expectation.deposited_won !== undefined) {
    const won = ticket?.deposits.reduce((sum, { amount }) => sum + amount, 0) ?? 0
    check('won deposited for the order', won === expectation.deposited_won, expectation.deposited_won, won)
  }
  checks.push(...judgeOutbound(expectation, evidence))
  checks.push(...judgeCampaign(expectation, evidence))
  checks.push(...judgeIssues(expectation, evidence))
  checks.push(...judgeCall(expectation, evidence, judgesTimes))
  checks.push(...judgeTurns(expectation, evidence))
  checks.push(...judgeReceived(expectation, evidence))
  return checks
}

function judgeOutbound({ outbound: wanted }: Expectation, evidence: PersonEvidence): Check[] {
  if (wanted === undefined) return []
  const call = evidence.outbound.at(-1)
  const checks: Check[] = []
  const check = (what: string, passed: boolean, expected: unknown, actual: unknown) =>
    checks.push({ what, passed, expected: show(expected), actual: show(actual) })
  const same = (what: string, expected: unknown, actual: unknown) => {
    if (expected !== undefined) check(what, expected === actual, expected, actual)
  }
  same('state of the requested call', wanted.state, call?.state)
  same('why it failed', wanted.reason, call?.reason)
  same('they want to be called back', wanted.call_back_wanted, call?.callBackWanted)
  if (wanted.transfers !== undefined)
    same('transfers to a person', wanted.transfers.join(), call?.transfers.join())
  if (wanted.on_time !== undefined) {
    const { startedAt = null, scheduledAt = null } = call ?? {}
    const onTime = startedAt !== null && scheduledAt !== null && startedAt >= scheduledAt
    check('begun when it was to be', onTime === wanted.on_time, scheduledAt, startedAt)
  }
  same('summary of the call', wanted.summary, call?.hasSummary)
  same('recording of the call', wanted.recording, call === undefined ? undefined : call.recordingKey !== null)
  if (wanted.attempts !== undefined)
    check('calls made', countHolds(wanted.attempts, call?.attempts ?? 0), wanted.attempts, call?.attempts)
  for (const [id, answer] of Object.entries(wanted.answers ?? {})) {
    const question = call?.questions.find((one) => one.id === id)
    same(`answer to ${id}`, answer, question?.answer ?? question?.status)
  }
  for (const [id, words] of Object.entries(wanted.words ?? {})) {
    const said = call?.questions.find((one) => one.id === id)?.words
    check(`words of ${id}`, bare(words) === bare(said ?? ''), words, said)
  }
  let from = 0
  const all = bare((call?.said ?? []).join(' '))
  for (const text of wanted.said ?? []) {
    const at = all.indexOf(bare(text), from)
    if (at >= 0) from = at
    check(`"${text}" was said`, at >= 0, 'said', at >= 0 ? 'said' : `not said: ${all}`)
  }
  return checks
}

/** Whose call was begun first. @param before people whose calls were to be begun earlier, in this order. */
export function judgeOrder(
  before: readonly { readonly name: string; readonly evidence: PersonEvidence }[],
): Check[] {
  const begun = before.map(({ name, evidence }) => ({
    name,
    at: evidence.outbound.at(-1)?.startedAt?.getTime() ?? Number.NaN,
  }))
  const passed = begun.every(({ at }, index) => index === 0 || at > (begun[index - 1]?.at ?? Number.NaN))
  const found = begun.toSorted((a, b) => a.at - b.at).map(({ name }) => name)
  return [
    {
      what: 'order of the calls',
      passed,
      expected: before.map(({ name }) => name).join(),
      actual: found.join(),
    },
  ]
}

const compareTo = (wanted: CampaignCondition, { campaignRows, outbound }: PersonEvidence) =>
  compareCampaign(wanted, campaignRows, outbound.length)
const isAsWanted = ({ expected, actual }: CampaignDifference): boolean => expected === actual

function judgeCampaign({ campaign: wanted }: Expectation, evidence: PersonEvidence): Check[] {
  if (wanted === undefined) return []
  return compareTo(wanted, evidence).map((one) => ({
    what: `campaign: ${one.what}`,
    passed: isAsWanted(one),
    expected: show(one.expected),
    actual: show(one.actual),
  }))
}

function judgeIssues(expectation: Expectation, { tickets }: PersonEvidence): Check[] {
  const issues = tickets.at(-1)?.issues ?? []
  const newest = issues.at(-1)
  const checks: Check[] = []
  const check = (what: string, passed: boolean, expected: unknown, actual: unknown) =>
    checks.push({ what, passed, expected: show(expected), actual: show(actual) })
  for (const [kind, wanted] of Object.entries(expectation.issues ?? {})) {
    const found = issues.filter((issue) => issue.kind === kind).length
    check(`Issues of kind ${kind}`, countHolds(wanted, found), wanted, found)
  }
  if (expectation.open_issues !== undefined) {
    const open = issues.filter(({ isOpen }) => isOpen).length
    check('open Issues', countHolds(expectation.open_issues, open), expectation.open_issues, open)
  }
  const { kind, resolution, acknowledged_via, evidence, suggestion } = expectation.issue ?? {}
  if (kind !== undefined) check('Issue kind', newest?.kind === kind, kind, newest?.kind)
  if (resolution !== undefined)
    check('Issue resolution', newest?.resolution === resolution, resolution, newest?.resolution)
  if (acknowledged_via !== undefined) {
    const actual = newest?.acknowledgedVia
    check('Issue acknowledged', actual === acknowledged_via, acknowledged_via, actual)
  }
  if (evidence !== undefined) {
    const actual = newest?.evidence ?? []
    check(
      'Issue evidence',
      evidence.every((piece) => actual.includes(piece)),
      evidence,
      actual,
    )
  }
  if (suggestion !== undefined)
    check('Issue suggestion', newest?.hasSuggestion === suggestion, suggestion, newest?.hasSuggestion)
  return checks
}

/** The longest first: the beginning of one may be another. */
const WAITING = Object.values(WAITING_WORDS)
  .flat()
  .map(bare)
  .toSorted((a, b) => b.length - a.length)
/** Nothing but what a gateway says to who waits, the last sentence perhaps broken off: how often is a matter of time. */
function isWaiting(text: string): boolean {
  const rest = WAITING.reduce((left, words) => left.replaceAll(words, ''), bare(text))
  return WAITING.some((words) => words.startsWith(rest))
}

function judgeCall({ call: wanted }: Expectation, evidence: PersonEvidence, judgesTimes: boolean): Check[] {
  if (wanted === undefined) return []
  const checks: Check[] = []
  const call = evidence.worldCalls.at(-1)
  const heard = (call?.transcript ?? []).filter(({ speaker }) => speaker === 'them').map(({ text }) => text)
  if (wanted.records !== undefined) {
    const actual = evidence.calls.length
    checks.push({
      what: 'call records',
      passed: countHolds(wanted.records, actual),
      expected: show(wanted.records),
      actual: show(actual),
    })
  }
  if (wanted.ended_by !== undefined) {
    const actual = call?.ended_by
    checks.push({
      what: 'call ended by',
      passed: actual === wanted.ended_by,
      expected: wanted.ended_by,
      actual: show(actual),
    })
  }
  let from = 0
  const all = heard.join(' ').replaceAll(/\s+/g, '')
  for (const text of wanted.heard ?? []) {
    const at = all.indexOf(text.replaceAll(/\s+/g, ''), from)
    if (at >= 0) from = at
    checks.push({
      what: `the caller heard "${text}"`,
      passed: at >= 0,
      expected: 'heard',
      actual: at >= 0 ? 'heard' : 'not heard',
    })
  }
  for (const text of wanted.not_heard ?? []) {
    const isHeard = all.includes(text.replaceAll(/\s+/g, ''))
    checks.push({
      what: `the caller did not hear "${text}"`,
      passed: !isHeard,
      expected: 'not heard',
      actual: isHeard ? 'heard' : 'not heard',
    })
  }
  if (wanted.nothing_twice === true) {
    const twice = heard.filter(
      (text, index) => text.length >= 12 && heard.indexOf(text) !== index && !isWaiting(text),
    )
    checks.push({
      what: 'nothing was said twice',
      passed: twice.length === 0,
      expected: '[]',
      actual: show(twice),
    })
  }
  if (wanted.silence_ms !== undefined && judgesTimes) {
    const longest = Math.max(0, ...evidence.worldCalls.map(({ transcript }) => longestSilenceMs(transcript)))
    checks.push({
      what: 'longest silence that the caller heard, ms',
      passed: longest <= wanted.silence_ms,
      expected: `at most ${wanted.silence_ms}`,
      actual: show(longest),
    })
  }
  if (wanted.recording !== undefined) {
    const actual = evidence.calls.some(({ recordingKey }) => recordingKey !== null)
    checks.push({
      what: 'call recorded',
      passed: actual === wanted.recording,
      expected: show(wanted.recording),
      actual: show(actual),
    })
  }
  return checks
}
