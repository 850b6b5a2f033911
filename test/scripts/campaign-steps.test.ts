/** What scenarios of campaigns rest on: zones where it is night or day just now, and how a row is compared. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isNight, isZone } from '../../domain/calling-hours.ts'
import { type CampaignRowEvidence, compareCampaign } from '../../scripts/scenario/campaign-evidence.ts'
import { zoneWhereItIs } from '../../scripts/scenario/campaign-steps.ts'

test('there is always a zone where it is night for hours, and one where it is day', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      (now) => {
        const [night, day] = [zoneWhereItIs('night', now), zoneWhereItIs('day', now)]
        expect([night, day].every(isZone)).toBe(true)
        for (const later of [0, 3_600_000, 4 * 3_600_000]) {
          expect(isNight(now.getTime() + later, night)).toBe(true)
          expect(isNight(now.getTime() + later, day)).toBe(false)
        }
      },
    ),
  )
})

test('a row is that of the newest campaign, or of the named one', () => {
  const row = (name: string, why: string | null): CampaignRowEvidence => ({
    name,
    campaignId: 'cp-00000000',
    state: 'done',
    hasIssue: false,
    row: 'done',
    why,
    outcome: null,
    attempts: 0,
  })
  const rows = [row('first', 'skipped'), row('second', null)]
  const different = (wanted: Parameters<typeof compareCampaign>[0]) =>
    compareCampaign(wanted, rows, 1).filter(({ expected, actual }) => expected !== actual)
  expect(different({ why: null, requests: 1, state: 'done' })).toEqual([])
  expect(different({ name: 'first', why: 'skipped' })).toEqual([])
  expect(different({ name: 'third' })).toEqual([{ what: 'name', expected: 'third', actual: undefined }])
  expect(different({ requests: 2, has_issue: true })).toHaveLength(2)
})
