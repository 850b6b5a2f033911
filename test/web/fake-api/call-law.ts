/** The do-not-call list and consents of the fake, with the refusals of the real API. */
import { readListFile } from '../../../api/campaign-file.ts'
import { missingLawColumns, readConsentList, readDoNotCallList } from '../../../domain/call-law-list.ts'
import { maskPhone, normalizePhone } from '../../../domain/phone-number.ts'
import type {
  CallConsentView,
  DoNotCallChange,
  DoNotCallEntry,
  ImportedList,
  NewCallConsent,
} from '../../../web/api/types.ts'
import { inMinutes } from './clock.ts'

interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly type?: string
  readonly raw?: string
}
const DAY = 1440
const YEAR_DAYS = 365
const ok = (body: unknown): Answer => ({ status: 200, body })
const refused = (status: number, code: string, errors: readonly object[] = []): Answer => ({
  status,
  type: 'application/problem+json',
  body: { type: `/api/docs#${code}`, title: code, status, code, detail: 'A sentence in English.', errors },
})
const NONE: Answer = { status: 204 }

export class FakeCallLaw {
  #next = 100
  entries: DoNotCallEntry[] = [
    this.#entry(12, '010-****-7071', 'digit', -4, 'ob-0000a001'),
    this.#entry(11, '010-****-3308', 'voice', -47, 'ob-0000a004'),
    this.#entry(10, '02-****-1200', 'person', -3 * DAY, null, 'owner@example.com'),
    this.#entry(9, null, 'person', -12 * DAY, null, 'owner@example.com'),
    this.#entry(8, '010-****-5512', 'file', -20 * DAY, null, 'API: 고객 관리 시스템'),
  ]
  changes: DoNotCallChange[] = [
    ...this.entries.map(({ entry_id, recorded_by, ...entry }) => ({
      ...entry,
      change_id: entry_id,
      listed: true,
      reason: entry.source === 'person' ? '전화로 요청' : null,
      changed_by: recorded_by,
    })),
    {
      change_id: 7,
      phone: '010-****-9090',
      listed: false,
      at: inMinutes(-31 * DAY),
      source: 'person',
      reason: '본인이 다시 받고 싶다고 함 (배송 안내 전화)',
      outbound_id: null,
      changed_by: 'owner@example.com',
    },
  ]
  consents: CallConsentView[] = [
    this.#consent(5, '010-****-5432', 'advertising', 'given', -40 * DAY, '회원 가입 신청서'),
    this.#consent(4, '010-****-5432', 'night_advertising', 'given', -40 * DAY, '회원 가입 신청서'),
    this.#consent(3, '010-****-2211', 'advertising', 'withdrawn', -6 * DAY, '상담 전화에서 철회'),
    this.#consent(2, '010-****-6120', 'advertising', 'expired', -800 * DAY, '매장 서명'),
  ]

  #entry(
    id: number,
    phone: string | null,
    source: DoNotCallEntry['source'],
    minutes: number,
    outboundId: string | null,
    by = outboundId ?? '',
  ): DoNotCallEntry {
    return { entry_id: id, phone, at: inMinutes(minutes), source, outbound_id: outboundId, recorded_by: by }
  }

  #consent(
    id: number,
    phone: string,
    purpose: CallConsentView['purpose'],
    state: CallConsentView['state'],
    minutes: number,
    source: string,
  ): CallConsentView {
    return {
      consent_id: id,
      phone,
      purpose,
      state,
      at: inMinutes(minutes),
      expires_at: state === 'withdrawn' ? null : inMinutes(minutes + 2 * YEAR_DAYS * DAY),
      source,
      recorded_by: 'owner@example.com',
      recorded_at: inMinutes(minutes),
    }
  }

  answerOfList(method: string, url: URL, body: unknown): Answer | Promise<Answer> {
    const [, , , id, step] = url.pathname.split('/')
    if (id === 'import') return this.#import('do_not_call', url, body, step)
    if (method === 'GET' && id === 'changes')
      return ok({ changes: this.#found(this.changes, url), next_cursor: null })
    if (method === 'GET') {
      const source = url.searchParams.get('source')
      const entries = this.#found(this.entries, url).filter((one) => source === null || one.source === source)
      return ok({ entries, total: this.entries.length, next_cursor: null })
    }
    if (step === 'remove') return this.#remove(Number(id), (body as { reason: string }).reason)
    const { phone, reason = null } = body as { phone: string; reason?: string }
    const digits = normalizePhone(phone)
    if (digits === null)
      return refused(422, 'invalid_request', [{ path: 'body.phone', message: 'not a Korean phone number' }])
    this.#list(maskPhone(digits), 'person', reason)
    return NONE
  }

  forgotten: string[] = []
  answerOfForgetting(url: URL, body: unknown): Answer {
    const { phone } = body as { phone: string }
    const isDry = url.searchParams.get('dry_run') === 'true'
    const isKnown = !this.forgotten.includes(phone)
    if (!isDry) this.forgotten.push(phone)
    const counts = { requests: 2, calls: 3, campaign_rows: 1, law_lines: 4 }
    const none = { requests: 0, calls: 0, campaign_rows: 0, law_lines: 0 }
    return ok({ dry_run: isDry, ...(isKnown ? counts : none), files_waiting: isDry ? 0 : 2 })
  }

  answerOfConsents(method: string, url: URL, body: unknown): Answer | Promise<Answer> {
    const [, , , id, step] = url.pathname.split('/')
    if (id === 'import') return this.#import('consents', url, body, step)
    const known = this.consents.find(({ consent_id }) => consent_id === Number(id))
    if (step === 'history')
      return ok({ consents: this.consents.filter(({ phone }) => phone === known?.phone) })
    if (method === 'GET') {
      const [purpose, state] = [url.searchParams.get('purpose'), url.searchParams.get('state')]
      const consents = this.#found(this.consents, url)
        .filter((one) => purpose === null || one.purpose === purpose)
        .filter((one) => state === null || one.state === state)
      return ok({ consents, next_cursor: null })
    }
    if (step === 'withdraw' && known !== undefined) {
      const withdrawn = { ...known, state: 'withdrawn' as const, expires_at: null, at: inMinutes(0) }
      const { reason } = body as { reason: string }
      this.consents = this.consents.map((one) => (one === known ? { ...withdrawn, source: reason } : one))
      return NONE
    }
    const { consents } = body as { consents: NewCallConsent[] }
    for (const { phone, purpose, source } of consents) {
      const digits = normalizePhone(phone)
      if (digits === null)
        return refused(422, 'invalid_request', [{ path: 'body.consents.0.phone', message: 'no number' }])
      const masked = maskPhone(digits)
      this.consents = [this.#consent(this.#next++, masked, purpose, 'given', 0, source), ...this.consents]
    }
    return NONE
  }

  #found<Row extends { readonly phone: string | null }>(rows: readonly Row[], url: URL): Row[] {
    const q = (url.searchParams.get('q') ?? '').replaceAll(/\D/g, '').slice(-4)
    return rows.filter(({ phone }) => q === '' || phone?.endsWith(q) === true)
  }

  #list(phone: string, source: DoNotCallEntry['source'], reason: string | null): void {
    const by = 'owner@example.com'
    const entry = this.#entry(this.#next++, phone, source, 0, null, by)
    const { entry_id, recorded_by: _by, ...told } = entry
    this.entries = [entry, ...this.entries]
    this.changes = [{ ...told, change_id: entry_id, listed: true, reason, changed_by: by }, ...this.changes]
  }

  #remove(id: number, reason: string): Answer {
    const entry = this.entries.find(({ entry_id }) => entry_id === id)
    if (entry === undefined) return refused(404, 'not_found')
    this.entries = this.entries.filter((one) => one !== entry)
    const { phone } = entry
    const change = {
      change_id: this.#next++,
      phone,
      listed: false,
      at: inMinutes(0),
      source: 'person' as const,
    }
    this.changes = [
      { ...change, reason, outbound_id: null, changed_by: 'owner@example.com' },
      ...this.changes,
    ]
    return NONE
  }

  async #import(
    list: 'do_not_call' | 'consents',
    url: URL,
    body: unknown,
    step: string | undefined,
  ): Promise<Answer> {
    const bytes = body instanceof Uint8Array ? body : new TextEncoder().encode(String(body))
    const file = await readListFile(bytes).catch(() => null)
    if (file === null) return refused(422, 'csv_broken')
    const missing = missingLawColumns(file.headings, list)
    const numbers = missing.length > 0 || list === 'consents' ? null : readDoNotCallList(file)
    const consents = missing.length > 0 || list !== 'consents' ? null : readConsentList(file, Date.now())
    const errors = [...(numbers?.errors ?? []), ...(consents?.errors ?? [])]
    if (step === 'errors') return { status: 200, raw: 'line,error\r\n', type: 'text/csv; charset=utf-8' }
    const valid = (numbers?.phones.length ?? 0) + (consents?.consents.length ?? 0)
    const isDry = url.searchParams.get('dry_run') === 'true' || missing.length > 0
    if (!isDry) for (const { phone } of numbers?.phones ?? []) this.#list(maskPhone(phone), 'file', null)
    const result: ImportedList = {
      dry_run: isDry,
      encoding: file.encoding,
      missing_columns: [...missing],
      valid,
      added: isDry ? 0 : valid,
      already_there: 0,
      invalid: errors.length,
      errors: errors.map((error) => ({ ...error })),
    }
    return ok(result)
  }
}
