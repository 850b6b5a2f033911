/** The owner's morning: the orders of the night counted and texted, once a day. */
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import { openDigest, readNight, settleDigest } from '../db/queries/morning.ts'
import { countMorning, koreanDate, nightOf } from '../domain/morning.ts'
import { morningText } from '../domain/owner-texts.ts'
import type { MorningActivities } from './issue-alarm-types.ts'
import type { TextOwner } from './owner-texts.ts'

export interface MorningDependencies {
  readonly db: Database
  readonly settings: Pick<Settings, 'company' | 'publicUrl' | 'morning'>
  readonly textOwner: TextOwner
  /** As of Date.now(). */
  readonly now?: () => number
}

/** Not a day of the calendar; retrying will not help. */
class NotADayError extends Error {
  readonly retryable = false
}

export function createMorningActivities(deps: MorningDependencies): MorningActivities {
  const { db, settings, textOwner, now = Date.now } = deps
  return {
    async sendMorningDigest({ day: asked }) {
      const day = asked ?? koreanDate(now())
      const night = nightOf(day, settings.morning)
      if (night === null) throw new NotADayError(`not a day: ${day}`)
      const found = countMorning((await readNight(db, night)).map(({ group }) => group))
      // A second run tells what the first one counted: the text is one.
      const { counts, messageKey } = await openDigest(db, day, found)
      if (messageKey !== null) return { day, counts, sent: false }
      const key = `morning-${day}`
      const link = `${settings.publicUrl.replace(/\/$/, '')}/morning?date=${day}`
      const body = morningText(settings.company.name, night.until, counts, link)
      const sent = await textOwner({ key, kind: 'morning_digest', subject: '밤사이 주문', body })
      if (sent) await settleDigest(db, day, key)
      return { day, counts, sent }
    },
  }
}
