/** Campaigns on a real Temporal server and database: who is called, who isn't and why, whatever dies meanwhile. */
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { optOutNumber } from '../../activities/campaigns.ts'
import { recordConsents } from '../../db/queries/consents.ts'
import { resumeCampaign, stopCampaign } from '../../workflows/campaign-messages.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { type CampaignSystem, phone, rowsOf, startCampaign, startCampaignSystem } from './campaign-system.ts'

let system: CampaignSystem
beforeAll(async () => {
  system = await startCampaignSystem(await createTestDatabase())
})
afterAll(() => system?.stop())

const numbers = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => phone(from + index))
const timesRung = (number: string) => system.rung.filter((rung) => rung === number).length

test('campaign-worker-killed: no row is called twice or forgotten', async () => {
  const phones = numbers(0, 40)
  const first = system.startWorker()
  const { campaignId, handle } = await startCampaign(system, {
    phones,
    speed: { windowSize: 6, callsPerSecond: 20 },
  })
  await system.rings(5)
  const gone = once(first, 'exit')
  first.kill('SIGKILL')
  await gone
  system.startWorker()
  expect(await handle.result()).toBe('done')
  expect(phones.map(timesRung)).toEqual(phones.map(() => 1))
  const rows = await rowsOf(system.db, campaignId)
  expect(rows).toHaveLength(40)
  for (const row of rows) expect(row).toMatchObject({ state: 'done', outcome: 'rejected', attempts: 1 })
  const requests = await system.db.selectFrom('outbound_requests').select(['state', 'is_over']).execute()
  expect(requests).toHaveLength(40)
  expect(requests.every(({ is_over }) => is_over)).toBe(true)
})

test('advertising calls only who agreed; every other row says why', async () => {
  const { db, settings } = system
  const phones = numbers(100, 4)
  const [agreed = '', withdrew = '', unknown = '', listed = ''] = phones
  const consent = {
    purpose: 'advertising',
    at: new Date().toISOString(),
    source: 'form',
    recordedBy: 'owner@example.com',
  } as const
  await recordConsents(db, settings.dataKey, [
    { ...consent, phone: agreed, isGiven: true },
    { ...consent, phone: listed, isGiven: true },
    { ...consent, phone: withdrew, isGiven: false },
  ])
  await optOutNumber(system, {
    phone: listed,
    source: 'person',
    outboundId: null,
    recordedBy: 'owner@example.com',
  })
  const night = { purpose: 'night_advertising', isGiven: true } as const
  await recordConsents(db, settings.dataKey, [{ ...consent, ...night, phone: agreed }])
  const { campaignId, handle } = await startCampaign(system, { kind: 'advertising', phones })
  expect(await handle.result()).toBe('done')
  expect((await rowsOf(db, campaignId)).map(({ state, why }) => [state, why])).toEqual([
    ['done', null],
    ['not_called', 'consent_withdrawn'],
    ['not_called', 'no_consent'],
    ['not_called', 'do_not_call'],
  ])
  expect(phones.map(timesRung)).toEqual([1, 0, 0, 0])
  expect(unknown).not.toBe('')
})

test('who opts out is not called by campaigns in which they wait', async () => {
  const { db } = system
  const phones = numbers(200, 3)
  // So slow that only the first one is called before.
  const { campaignId, handle } = await startCampaign(system, {
    phones,
    speed: { windowSize: 1, callsPerSecond: 0.01 },
  })
  const [, , last = ''] = phones
  await optOutNumber(system, { phone: last, source: 'voice', outboundId: null, recordedBy: 'x' })
  const rows = await rowsOf(db, campaignId)
  expect(rows[2]).toMatchObject({ state: 'not_called', why: 'opted_out' })
  expect(await handle.executeUpdate(stopCampaign)).toBe('stopped')
  expect(await handle.result()).toBe('stopped')
  const after = await rowsOf(db, campaignId)
  expect(after.every(({ state }) => state === 'done' || state === 'not_called' || state === 'calling')).toBe(
    true,
  )
  expect(after[1]).toMatchObject({ state: 'not_called', why: 'campaign_stopped' })
  expect(timesRung(last)).toBe(0)
})

test('campaign-breaker: calls that fail one after the other pause it; resumed, the rest is called', async () => {
  const { db } = system
  const phones = numbers(300, 12)
  for (const number of phones.slice(0, 6)) system.outcomes.set(number, 'failed')
  const { campaignId, handle } = await startCampaign(system, {
    phones,
    speed: { windowSize: 1, callsPerSecond: 20 },
  })
  const paused = () =>
    db
      .selectFrom('campaigns')
      .select(['state', 'issue'])
      .where('campaign_id', '=', campaignId)
      .executeTakeFirstOrThrow()
  await expect.poll(async () => (await paused()).state).toBe('paused')
  expect((await paused()).issue).toMatchObject({ cause: 'breaker', failed: 5, ended: 5 })
  const called = (await rowsOf(db, campaignId)).filter(({ attempts }) => attempts > 0)
  expect(called.length).toBeLessThanOrEqual(6)
  expect(await handle.executeUpdate(resumeCampaign)).toBe('running')
  expect(await handle.result()).toBe('done')
  expect(phones.map(timesRung)).toEqual(phones.map(() => 1))
})

test('who does not answer is called again as often as the campaign wants it', async () => {
  const phones = numbers(400, 2)
  const [silent = ''] = phones
  system.outcomes.set(silent, 'no_answer')
  const { campaignId, handle } = await startCampaign(system, {
    phones,
    plan: { retries: { no_answer: 1 }, maxRetries: 2 },
  })
  expect(await handle.result()).toBe('done')
  expect(phones.map(timesRung)).toEqual([3, 1])
  const rows = await rowsOf(system.db, campaignId)
  expect(rows.map(({ outcome, attempts }) => [outcome, attempts])).toEqual([
    ['no_answer', 3],
    ['rejected', 1],
  ])
})

test('what the template says is filled in for each, numbers take their turn', async () => {
  const row = await system.db
    .selectFrom('outbound_requests')
    .select(['purpose', 'caller_number', 'metadata', 'dial_until'])
    .orderBy('id')
    .limit(2)
    .execute()
  expect(row.map(({ purpose }) => purpose)).toEqual(['고객0 님 만족도 조사', '고객1 님 만족도 조사'])
  expect(new Set(row.map(({ caller_number }) => caller_number)).size).toBe(2)
  expect(row[0]?.metadata).toMatchObject({ campaign_kind: 'survey', line: 2 })
  expect(row[0]?.dial_until).not.toBeNull()
})
