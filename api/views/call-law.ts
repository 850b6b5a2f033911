/** The do-not-call list and consents as people see them. */

import type { LawListError } from '../../domain/call-law-list.ts'
import { CONSENT_PURPOSES, OPT_OUT_SOURCES } from '../../domain/call-law-list.ts'
import { CONSENT_MS } from '../../domain/campaign-law.ts'
import { toCsv } from '../../domain/csv.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import type { ListFile } from '../campaign-file.ts'
import type { ConsentRecord, DoNotCallChangeRow, DoNotCallRow } from '../queries/call-law.ts'
import type { CallConsentView, DoNotCallChange, DoNotCallEntry, ImportedList } from '../schemas/call-law.ts'
import { shownTime, type ViewContext } from './view-context.ts'

const sourceOf = (text: string) => OPT_OUT_SOURCES.find((one) => one === text) ?? 'person'
const shownPhone = (stored: string | null, view: ViewContext) =>
  stored === null ? null : view.maskedPhone(stored)

export const viewDoNotCall = (row: DoNotCallRow, view: ViewContext): DoNotCallEntry => ({
  entry_id: row.id,
  phone: shownPhone(row.phone, view),
  at: shownTime(row.at),
  source: sourceOf(row.source),
  outbound_id: row.outbound_id,
  recorded_by: row.recorded_by,
})

export const viewDoNotCallChange = (row: DoNotCallChangeRow, view: ViewContext): DoNotCallChange => ({
  change_id: row.id,
  phone: shownPhone(row.phone, view),
  listed: row.is_listed,
  at: shownTime(row.at),
  source: sourceOf(row.source),
  reason: row.reason,
  outbound_id: row.outbound_id,
  changed_by: row.changed_by,
})

export function viewConsent(row: ConsentRecord, view: ViewContext, nowMs: number): CallConsentView {
  const expiresMs = row.at.getTime() + CONSENT_MS
  return {
    consent_id: row.id,
    phone: shownPhone(row.phone, view),
    purpose: CONSENT_PURPOSES.find((one) => one === row.purpose) ?? 'advertising',
    state: row.is_given ? (nowMs > expiresMs ? 'expired' : 'given') : 'withdrawn',
    at: shownTime(row.at),
    expires_at: row.is_given ? koreanIso(expiresMs) : null,
    source: row.source,
    recorded_by: row.recorded_by,
    recorded_at: shownTime(row.recorded_at),
  }
}

const SHOWN_ERRORS = 100

/** @param result.added null: nothing was taken in. */
export function viewImport(result: {
  readonly file: ListFile
  readonly missing: ImportedList['missing_columns']
  readonly valid: number
  readonly errors: readonly LawListError[]
  readonly added: number | null
}): ImportedList {
  const { file, missing, valid, errors, added } = result
  return {
    dry_run: added === null,
    encoding: file.encoding,
    missing_columns: [...missing],
    valid,
    added: added ?? 0,
    already_there: added === null ? 0 : valid - added,
    invalid: errors.length,
    errors: errors.slice(0, SHOWN_ERRORS).map((error) => ({ ...error })),
  }
}

/** The lines that were not taken in with their reasons, as a file to mend and import again. */
export function importErrorsCsv(file: ListFile, errors: readonly LawListError[], lang: 'ko' | 'en'): string {
  const heading = lang === 'ko' ? ['행', '오류', '내용'] : ['line', 'error', 'detail']
  return toCsv(
    [...file.headings, ...heading],
    errors.map(({ line, problem, detail }) => [
      ...file.headings.map((_, index) => file.cells[line - 2]?.[index] ?? ''),
      line,
      problem,
      detail,
    ]),
  )
}
