/** What every view needs of the settings, and how stored values become shown ones. */
import { type Settings, TEMPORAL_UI_PATH } from '../../config/settings.ts'
import { DecryptionError, decryptText } from '../../db/encryption.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { formatPhone, maskPhone } from '../../domain/phone-number.ts'

type ViewSettings = Pick<
  Settings,
  'dataKey' | 'publicUrl' | 'secret' | 'temporal' | 'order' | 'orderLinkDays' | 'retention'
>

/** Shown in place of a text whose key is gone; one such row must not hide all others. */
const UNREADABLE = '⚠'

/**
 * Numbers as they are shown, by what is stored: the same cards are read again and again, and each number takes as long to
 * decrypt as the rest of its card. Only what every screen shows is remembered.
 */
const MASKED_KEPT = 10_000
const DAY_MS = 86_400_000

/** Turns stored values into shown ones. */
export interface ViewContext {
  readonly settings: ViewSettings
  /** Plain text of an encrypted column. */
  readonly plain: (stored: string) => string
  /** "010-****-5678" of an encrypted number column; empty for a withheld number. */
  readonly maskedPhone: (stored: string) => string
  /** "010-1234-5678" of an encrypted number column. */
  readonly fullPhone: (stored: string) => string
  /** Whether recordings of calls that ended then are there yet; null: it goes on. */
  readonly keepsRecording: (endedAt: Date | null) => boolean
  /** Page of a workflow in Temporal's Web UI. */
  readonly workflowUrl: (workflowId: string) => string
}

export function createViewContext(settings: ViewSettings): ViewContext {
  const plain = (stored: string): string => {
    try {
      return decryptText(stored, settings.dataKey)
    } catch (error) {
      if (error instanceof DecryptionError) return UNREADABLE
      throw error
    }
  }
  const masked = new Map<string, string>()
  const { namespace } = settings.temporal
  const ui = temporalUiLink(settings)
  return {
    settings,
    plain,
    maskedPhone(stored) {
      const known = masked.get(stored)
      if (known !== undefined) return known
      const shown = maskPhone(plain(stored))
      if (masked.size >= MASKED_KEPT) masked.clear()
      masked.set(stored, shown)
      return shown
    },
    keepsRecording(endedAt) {
      const { recordingDays } = settings.retention
      if (endedAt === null || recordingDays === 0) return true
      return Date.now() - endedAt.getTime() < recordingDays * DAY_MS
    },
    fullPhone: (stored) => formatPhone(plain(stored)),
    workflowUrl: (workflowId) =>
      `${ui.replace(/\/$/, '')}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`,
  }
}

/** ISO 8601 with +09:00. */
export const shownTime = (at: Date): string => koreanIso(at.getTime())
/** `shownTime` for nullable columns. */
export const shownTimeOrNull = (at: Date | null): string | null => (at === null ? null : shownTime(at))

/**
 * Link to Temporal's Web UI. Ours is a path: whichever name of this machine a person signed in under, the
 * session stays with them.
 */
export const temporalUiLink = ({ temporal }: Pick<Settings, 'temporal'>): string =>
  temporal.uiUpstream === undefined ? temporal.uiUrl : TEMPORAL_UI_PATH
