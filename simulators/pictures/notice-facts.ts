/** What an obituary notice says, taken from what a person knows. */
import type { Persona } from '../people/persona.ts'

export interface NoticeFacts {
  /** The deceased, without title. */
  readonly deceased: string
  readonly age: number
  /** Funeral hall and room: where the mourners are. */
  readonly hall: string
  readonly room: string
  /** Milliseconds since 1970: the coffin is carried out. */
  readonly departsAt: number
  readonly chiefMourners: string
}

const DAY_MS = 86_400_000
const KST_OFFSET_MS = 9 * 3_600_000
const DEPARTURE_HOUR = 8
const WEEKDAYS = '일월화수목금토'

/** @param now milliseconds since 1970. @returns undefined of a person who knows of no death. */
export function noticeFacts(persona: Persona | undefined, now: number): NoticeFacts | undefined {
  const { recipient, destination, room } = persona?.facts ?? {}
  if (recipient === undefined || destination === undefined || room === undefined) return undefined
  const deceased = recipient.replace(/^(?:고|故)\s*(?=\S{2})/, '').replace(/\s*님$/, '')
  const family = [...deceased][0] ?? ''
  const today = Math.floor((now + KST_OFFSET_MS) / DAY_MS)
  return {
    deceased,
    age: 70 + ((deceased.codePointAt(1) ?? 0) % 20),
    hall: destination,
    room,
    departsAt: (today + 2) * DAY_MS + DEPARTURE_HOUR * 3_600_000 - KST_OFFSET_MS,
    chiefMourners: `${family}성훈, ${family}지은`,
  }
}

/** "11월 23일(월) 오전 8시". */
export function departureText(at: number): string {
  const korean = new Date(at + KST_OFFSET_MS)
  const hour = korean.getUTCHours()
  const half = hour < 12 ? '오전' : '오후'
  const day = `${korean.getUTCMonth() + 1}월 ${korean.getUTCDate()}일(${WEEKDAYS[korean.getUTCDay()]})`
  return `${day} ${half} ${hour % 12 === 0 ? 12 : hour % 12}시`
}

/** The notice in plain words, as its QR code carries it. */
export function noticeText(facts: NoticeFacts): string {
  return [
    '부고',
    `고인: 고 ${facts.deceased} (향년 ${facts.age}세)`,
    `빈소: ${facts.hall} ${facts.room}`,
    `발인: ${departureText(facts.departsAt)}`,
    `상주: ${facts.chiefMourners}`,
  ].join('\n')
}
