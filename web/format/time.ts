/** Times as people in Korea read them: always Korean time, whatever the computer's zone. */
import dayjs from 'dayjs'
import 'dayjs/locale/ko.js'
import utc from 'dayjs/plugin/utc.js'

dayjs.extend(utc)

/** Korea has had no daylight saving time since 1988. */
const KST_OFFSET_MINUTES = 540
export type Language = 'ko' | 'en'

const inKorea = (iso: string | number) => dayjs.utc(iso).utcOffset(KST_OFFSET_MINUTES)

/** "오늘 14:00", "내일 09:30", "11월 24일 (월) 14:00". @param nowMs epoch. */
export function formatWhen(iso: string, language: Language, nowMs: number): string {
  const time = inKorea(iso).locale(language)
  const day = formatDay(iso, language, nowMs)
  return `${day} ${time.format('HH:mm')}`
}

/** "오늘", "내일", "어제" or the date. */
export function formatDay(iso: string, language: Language, nowMs: number): string {
  const time = inKorea(iso).locale(language)
  const days = time.startOf('day').diff(inKorea(nowMs).startOf('day'), 'day')
  const words = language === 'ko' ? ['어제', '오늘', '내일'] : ['Yesterday', 'Today', 'Tomorrow']
  const word = words[days + 1]
  if (word !== undefined) return word
  const sameYear = time.year() === inKorea(nowMs).year()
  if (language === 'ko') return time.format(sameYear ? 'M월 D일 (dd)' : 'YYYY년 M월 D일 (dd)')
  return time.format(sameYear ? 'ddd, MMM D' : 'MMM D, YYYY')
}

/** "12분", "3시간 5분", "2일 4시간"; "12 min", "3 h 5 min". The two largest units; under a minute "1분". */
export function formatSpan(ms: number, language: Language): string {
  const minutes = Math.max(1, Math.round(Math.abs(ms) / 60_000))
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60]
  const units = language === 'ko' ? ['일', '시간', '분'] : [' d', ' h', ' min']
  return [days, hours, rest]
    .map((amount, i) => [amount, units[i]] as const)
    .filter(([amount]) => amount > 0)
    .slice(0, 2)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(' ')
}

export const formatClock = (iso: string): string => inKorea(iso).format('HH:mm')
export const formatClockSeconds = (iso: string): string => inKorea(iso).format('HH:mm:ss')
/** For `title` attributes: the whole moment with its zone. */
export const formatExact = (iso: string): string => inKorea(iso).format('YYYY-MM-DD HH:mm:ss [KST]')

/** "4:05", "1:02:09". @param seconds negative counts as 0. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const h = Math.floor(whole / 3600)
  const m = Math.floor((whole % 3600) / 60)
  const s = String(whole % 60).padStart(2, '0')
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`
}

/** Value of an `<input type="datetime-local">` in Korean time. */
export const toLocalInput = (iso: string | null): string =>
  iso === null ? '' : inKorea(iso).format('YYYY-MM-DDTHH:mm')

/** Back to ISO 8601 with +09:00; empty stays empty. */
export const fromLocalInput = (value: string): string =>
  value === '' ? '' : `${value.slice(0, 16)}:00+09:00`
