import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import i18next from 'i18next'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeOrderNo } from '../../domain/ids.ts'
import type { MessageKind } from '../../domain/notification.ts'
import type { TicketEventBody, TicketEventKind } from '../../domain/ticket-events.ts'
import type { TicketAction, TicketStep, TicketSubState } from '../../domain/ticket-states.ts'
import { en } from '../../web/i18n/en/index.ts'
import { ko } from '../../web/i18n/ko/index.ts'
import { eventSentence } from '../../web/pages/ticket/event-sentence.ts'

const webFolder = fileURLToPath(new URL('../../web', import.meta.url))

function flatten(texts: object, path = ''): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [name, value] of Object.entries(texts)) {
    const key = path === '' ? name : `${path}.${name}`
    if (typeof value === 'string') flat.set(key, value)
    else for (const [inner, text] of flatten(value as object, key)) flat.set(inner, text)
  }
  return flat
}

const variables = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()

/** The compiler holds these: a new step, sub-state or action has a text before it can be shown. */
const TYPED: readonly Readonly<Record<string, string>>[] = [
  ko.ticket.step satisfies Record<TicketStep, string>,
  ko.ticket.sub_state satisfies Record<TicketSubState, string>,
  ko.ticket.action satisfies Record<TicketAction, string>,
  ko.ticket.message_kind satisfies Record<MessageKind, string>,
]

describe('the texts', () => {
  it('name every step, sub-state, action and kind of message', () => {
    for (const texts of TYPED) expect(Object.values(texts)).not.toContain('')
  })

  const korean = flatten(ko)
  const english = flatten(en)

  it('have the same keys in both languages', () => {
    expect([...english.keys()].sort()).toEqual([...korean.keys()].sort())
  })

  it('fill in the same values in both languages', () => {
    for (const [key, text] of korean)
      expect([key, variables(english.get(key) ?? '')]).toEqual([key, variables(text)])
  })

  it('are nowhere else in the app', () => {
    const sources = readdirSync(webFolder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.tsx') && !path.startsWith('i18n'),
    )
    const strays = sources.flatMap((path) => {
      const code = readFileSync(join(webFolder, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
      const hangul = /[가-힣]/.test(code) ? [`${path}: Hangul`] : []
      const words = [...code.matchAll(/>\s*([A-Za-z][A-Za-z ,.]{2,})\s*<\//g)].map(
        (match) => `${path}: ${match[1]}`,
      )
      return [...hangul, ...words]
    })
    expect(strays).toEqual([])
  })
})

const orderNo = makeOrderNo('261121', [0, 0, 0, 0])
const SAMPLES: { readonly [Kind in TicketEventKind]: Extract<TicketEventBody, { kind: Kind }>['data'] } = {
  opened: { channel: 'phone', call_id: null },
  fields_set: { channel: 'phone', call_id: null, changes: [{ field: 'room', from: null, to: '3호실' }] },
  confirmed_by_customer: { call_id: null },
  state_changed: {
    from_state: 'todo',
    from_sub_state: 'awaiting_payment',
    state: 'in_progress',
    sub_state: 'paid',
  },
  message_sent: { message: 'payment_link', channel: 'sms', message_id: 'm' },
  message_delivered: { message: 'confirmation', message_id: 'm' },
  message_failed: { message: 'delivered', message_id: 'm', reason: 'number is off' },
  payment_ready: { amount: 80_000, expires_at: '2026-11-22T10:00:00+09:00' },
  payment_time_moved: { expires_at: '2026-11-21T14:00:00+09:00' },
  payment_refused: { code: 'limit', reason: 'limit' },
  paid: { amount: 80_000, method: 'card', paid_at: '2026-11-21T10:00:00+09:00' },
  account_opened: { bank: '06', due_at: '2026-11-22T10:00:00+09:00' },
  deposit_received: { amount: 30_000, received: 30_000, missing: 50_000, deposit_id: 'T1' },
  money_to_return: { amount: 80_000, method: 'bank_transfer' },
  money_returned: { amount: 80_000, method: '카드' },
  payment_fell_back: { amount: 80_000 },
  payment_came_back: { amount: 80_000 },
  refund_account_set: { bank: '88' },
  edit_window_opened: { ends_at: '2026-11-21T10:10:00+09:00' },
  edit_window_closed: { edits: 2 },
  order_edited: { channel: 'operator', changes: [{ field: 'message', from: '근조', to: '謹弔' }] },
  edit_shared: { erp_order_id: 'HM-1' },
  edit_refused: { code: 'made', reason: 'made' },
  po_placed: { reference: 'r', erp_order_id: 'HM-1', found: true },
  vendor_out: { methods: ['api', 'phone'], until: '2026-11-21T16:00:00+09:00' },
  po_refused: { reference: 'r', code: 'hall', reason: 'hall' },
  vendor_status: { status: '제작중' },
  delivered: { delivered_at: '2026-11-21T12:00:00+09:00', photo: true },
  issue_raised: { issue: 'complaint', reason: 'wilted', step: null },
  issue_resolved: { issue: 'complaint', action: 'retry_step', note: '' },
  cancel_requested: { cause: 'payment_expired', reason: 'no payment' },
  issue_evidence_added: { issue: 'complaint', evidence: 'words' },
  possible_duplicate: { order_no: orderNo },
  not_same_order: { order_no: orderNo },
  merged_from: { order_no: orderNo, channel: 'sms', changes: [{ field: 'room', from: null, to: '3호실' }] },
  merged_into: { order_no: orderNo },
  refunded: { amount: 80_000 },
  part_refund_asked: { amount: 20_000 },
  part_refunded: { amount: 20_000 },
  reordered: { replaces: 'r-1', changes: [{ field: 'message', from: '근조', to: '謹弔' }] },
  delay_told: { expected_by: '2026-11-21T15:00:00+09:00' },
  cancelled: { reason: 'not paid' },
  done: { outcome: 'delivered' },
}

describe.each(['ko', 'en'] as const)('the timeline in %s', (language) => {
  beforeAll(() =>
    i18next.init({
      lng: language,
      resources: { ko: { translation: ko }, en: { translation: en } },
      interpolation: { escapeValue: false },
    }),
  )

  it.each(Object.entries(SAMPLES))('has a sentence for %s', (kind, data) => {
    const event = { seq: 1, at: '2026-11-21T10:00:00+09:00', actor: 'system', kind, data: { ...data } }
    const words = { t: i18next.t, language, nowMs: Date.parse('2026-11-21T10:00:00+09:00') }
    const { sentence, details, changes } = eventSentence(event, words)
    const all = [sentence, ...details, ...changes.map((change) => change.field)].join(' ')
    expect(sentence).not.toBe(kind)
    expect(all).not.toMatch(/\{\{|undefined|ticket\.|NaN|Invalid/)
    if (language === 'en') expect(all).not.toMatch(/[가-힣]/)
  })
})
