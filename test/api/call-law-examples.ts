/** Requests of the do-not-call list and of consents that have to succeed. */
import { recordConsents } from '../../db/queries/consents.ts'
import { optOutAll } from '../../db/queries/do-not-call.ts'
import type { AskOptions, TestApi } from './test-api.ts'

const CONSENTS = '전화번호,목적,일시,경로\r\n01055550006,광고,2026-11-01 10:00,가입 신청서\r\n'

export async function callLawExamples(
  api: TestApi,
): Promise<Readonly<Record<string, { readonly path: string; readonly options?: AskOptions }>>> {
  const { database, settings } = api
  const consent = {
    phone: '01055550003',
    purpose: 'advertising',
    given: true,
    at: '2026-11-01T10:00:00+09:00',
    source: '가입 신청서',
  } as const
  await recordConsents(database, settings.dataKey, [
    { ...consent, phone: '01055550007', isGiven: true, recordedBy: 'owner@example.com' },
  ])
  await optOutAll(database, settings.dataKey, {
    phones: ['01055550008'],
    source: 'file',
    outboundId: null,
    recordedBy: 'owner@example.com',
  })
  const { id: consentId } = await database
    .selectFrom('call_consents')
    .select('id')
    .where('is_given', '=', true)
    .executeTakeFirstOrThrow()
  const { id: entryId } = await database.selectFrom('do_not_call').select('id').executeTakeFirstOrThrow()
  const file = (body: string): AskOptions => ({
    body,
    headers: { 'content-type': 'application/octet-stream' },
  })
  const phones = file('전화번호\r\n01055550005\r\n')
  return {
    'GET /api/call-consents': { path: '/api/call-consents?state=given&purpose=advertising&q=0007' },
    'GET /api/call-consents/{consent_id}/history': { path: `/api/call-consents/${consentId}/history` },
    'POST /api/call-consents': { path: '/api/call-consents', options: { json: { consents: [consent] } } },
    'POST /api/call-consents/import': { path: '/api/call-consents/import', options: file(CONSENTS) },
    'POST /api/call-consents/import/errors': {
      path: '/api/call-consents/import/errors?lang=en',
      options: file(CONSENTS),
    },
    'POST /api/call-consents/{consent_id}/withdraw': {
      path: `/api/call-consents/${consentId}/withdraw`,
      options: { json: { reason: '전화로 철회' } },
    },
    'GET /api/do-not-call': { path: '/api/do-not-call?source=file&q=010-5555-0008' },
    'GET /api/do-not-call/changes': { path: '/api/do-not-call/changes?limit=1' },
    'POST /api/do-not-call': { path: '/api/do-not-call', options: { json: { phone: '01055550004' } } },
    'POST /api/do-not-call/import': { path: '/api/do-not-call/import', options: phones },
    'POST /api/do-not-call/import/errors': { path: '/api/do-not-call/import/errors', options: phones },
    'POST /api/forgotten-numbers': {
      path: '/api/forgotten-numbers?dry_run=true',
      options: { json: { phone: '01055550009' } },
    },
    'POST /api/do-not-call/{entry_id}/remove': {
      path: `/api/do-not-call/${entryId}/remove`,
      options: { json: { reason: '본인 요청' } },
    },
  }
}
