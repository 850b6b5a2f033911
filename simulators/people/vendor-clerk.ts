/**
 * A clerk of the vendor who takes orders by phone: writes into the vendor's book what they really heard, reads it
 * back, and tells the number. Knows no more of the caller than their words.
 */
import { formatKoreanTime, koreanIso, parseIsoTime } from '../../domain/korean-time.ts'
import { spokenCode } from '../../domain/spoken-code.ts'
import { readSpokenCode } from '../spoken-code.ts'
import { Listener, type Reply } from './callee.ts'
import type { Persona } from './persona.ts'
import { readSpokenTime } from './spoken-time.ts'

/** What the clerk writes down of an order, by the names of their own form. */
export type NotedFields = Partial<Record<NotedField, string>>
const NOTED = ['sender', 'recipient', 'hall', 'room', 'ribbon_text', 'deliver_by', 'phone', 'price'] as const
export type NotedField = (typeof NOTED)[number]

export interface BookedOrder {
  readonly id: string
  readonly reference: string
  readonly status: string
  /** ISO 8601; absent or null while it is not there. */
  readonly deliveredAt?: string | null
}

/** The vendor's book, as far as a clerk uses it. Rejects with the book's own words. */
export interface VendorBook {
  find(reference: string): Promise<BookedOrder | undefined>
  /** The latest order from somebody to somebody that is not called off. */
  findBetween(names: Readonly<Record<'sender' | 'recipient', string>>): Promise<BookedOrder | undefined>
  note(reference: string, fields: NotedFields): Promise<BookedOrder>
  change(id: string, fields: NotedFields): Promise<void>
  cancel(id: string): Promise<void>
}

const LINES: Readonly<Record<NotedField, RegExp>> = {
  sender: /보내는 분은 (.+?)입니다/,
  recipient: /받는 분은 (.+?)입니다/,
  hall: /장례식장은 (.+?)입니다/,
  room: /호실은 (.+?)입니다/,
  ribbon_text: /리본 문구는 (.+?)입니다/,
  deliver_by: /배송 희망 시각은 (.+?)입니다/,
  phone: /연락처는 (.+?)입니다/,
  price: /금액은 (.+?)입니다/,
}
/** An order that is asked for by its names. */
const NAMED = /보내는 분 (.+), 받는 분 (.+)입니다/
const LABELS: Readonly<Record<NotedField, string>> = {
  sender: '보내는 분',
  recipient: '받는 분',
  hall: '장례식장',
  room: '호실',
  ribbon_text: '리본 문구',
  deliver_by: '배송 희망 시각',
  phone: '연락처',
  price: '금액',
}
/** Names of the form's fields in a persona's words. */
const PERSONA_FIELDS: Readonly<Record<string, NotedField>> = {
  orderer: 'sender',
  recipient: 'recipient',
  destination: 'hall',
  room: 'room',
  message: 'ribbon_text',
  deliver_by: 'deliver_by',
  phone: 'phone',
}

export interface VendorClerkInput {
  readonly persona: Persona
  readonly book: VendorBook
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export class VendorClerk extends Listener {
  readonly #input: VendorClerkInput
  #reference: string | null = null
  #order: BookedOrder | undefined
  #noted: NotedFields = {}
  #misheard = false
  #changing = false

  constructor(input: VendorClerkInput) {
    super({
      hello: input.persona.speech.opening ?? '네, 꽃마을 화환입니다.',
      answerDelayMs: input.persona.speech.answer_delay_ms,
      reply: (words) => this.#reply(words),
    })
    this.#input = input
  }

  async #reply(words: string): Promise<Reply | null> {
    if (/수고하세요|안녕히|다시 연락드리/.test(words)) return { text: '네, 수고하세요.', goodbye: true }
    if (/접수된 주문이 있는지|찾아 주시겠어요/.test(words)) return this.#lookUp(words)
    if (/이 번호가 맞습니까/.test(words)) return this.#checkNumber(words)
    if (/어렵다는 말씀/.test(words)) return { text: '네, 죄송합니다.' }
    if (/읽어 주시겠어요/.test(words)) return this.#writeAndRead(words)
    if (/취소 부탁|취소하시고/.test(words)) return this.#cancel()
    if (/어디까지 진행/.test(words)) return { text: `지금 ${this.#order?.status ?? '접수'} 상태입니다.` }
    if (/몇 시에 도착/.test(words)) return { text: arrival(this.#order) }
    if (/접수번호를 알려/.test(words)) return this.#tellNumber()
    return this.#write(words)
  }

  async #lookUp(words: string): Promise<Reply> {
    this.#reference = dashed(readSpokenCode(words)) ?? this.#reference
    if (this.#reference === null) return { text: '번호를 못 들었습니다. 다시 한 번 말씀해 주세요.' }
    const [, sender, recipient] = NAMED.exec(words) ?? []
    this.#order =
      (await this.#input.book.find(this.#reference)) ??
      (sender === undefined || recipient === undefined
        ? undefined
        : await this.#input.book.findBetween({ sender, recipient }))
    const asksFirst = /접수된 주문이 있는지/.test(words)
    if (this.#order === undefined)
      return { text: asksFirst ? '아니요, 그 번호로는 없습니다.' : '그 번호로는 주문이 없습니다.' }
    if (asksFirst) return { text: `네, 이미 있습니다. 접수번호는 ${spokenCode(this.#order.id)}입니다.` }
    this.#changing = true
    return { text: '네, 찾았습니다. 말씀하세요.' }
  }

  /** One line of the dictation, or several. */
  #write(words: string): Reply {
    const before = Object.keys(this.#noted).length
    const noted = this.#note(words)
    if (noted.length === 0) return { text: '네? 다시 한 번 말씀해 주세요.' }
    const { refuses_halls: refused } = this.#input.persona
    const hall = this.#noted.hall ?? ''
    if (noted.includes('hall') && refused.some((name) => hall.includes(name)))
      return { text: '죄송한데 거기는 저희가 배송이 안 됩니다.' }
    return { text: before % 2 === 0 ? '네, 적었습니다.' : '네.' }
  }

  /** Takes down what was said of the order. @returns the fields. */
  #note(words: string): NotedField[] {
    return NOTED.filter((field) => {
      const said = LINES[field].exec(words)?.[1]?.trim()
      if (said === undefined) return false
      this.#noted = { ...this.#noted, [field]: this.#understood(field, said) }
      return true
    })
  }

  /** Once they may get something wrong, and notice it when it is read back. */
  #understood(field: NotedField, said: string): string {
    const { corrects } = this.#input.persona
    if (corrects === undefined || this.#misheard || PERSONA_FIELDS[corrects.field] !== field) return said
    this.#misheard = true
    return corrects.wrong
  }

  async #writeAndRead(words: string): Promise<Reply> {
    this.#note(words)
    if (this.#changing && this.#order !== undefined) {
      try {
        await this.#input.book.change(this.#order.id, booked(this.#noted, this.#input.now()))
      } catch (error) {
        return { text: `죄송한데 ${reasonOf(error)} 지금은 못 바꿉니다.` }
      }
    }
    const read = NOTED.filter((field) => this.#noted[field] !== undefined)
    return {
      text: `네, ${read.map((field) => `${LABELS[field]} ${this.#noted[field]}`).join(', ')}. 이렇게 적었습니다.`,
    }
  }

  /** The caller is content with what was read: now it goes into the book. */
  async #tellNumber(): Promise<Reply> {
    if (this.#reference === null) return { text: '참조번호를 다시 말씀해 주세요.' }
    this.#order ??= await this.#input.book.note(this.#reference, booked(this.#noted, this.#input.now()))
    return { text: `네, 접수했습니다. 접수번호는 ${spokenCode(this.#order.id)}입니다.` }
  }

  #checkNumber(words: string): Reply {
    const mine = this.#order?.id ?? ''
    const said = readSpokenCode(words) ?? ''
    if (bare(said) === bare(mine)) return { text: '네, 맞습니다.' }
    return { text: `아니요, ${spokenCode(mine)}입니다.` }
  }

  async #cancel(): Promise<Reply> {
    if (this.#order === undefined) return { text: '그 번호로는 주문이 없습니다.' }
    try {
      await this.#input.book.cancel(this.#order.id)
    } catch (error) {
      return { text: `죄송한데 ${reasonOf(error)} 취소는 못 해 드립니다.` }
    }
    return { text: '네, 취소했습니다.' }
  }
}

/** "오후 2시 10분에 도착했습니다." */
function arrival(order: BookedOrder | undefined): string {
  const at = parseIsoTime(order?.deliveredAt ?? '')
  if (at === null) return '시간은 적혀 있지 않습니다.'
  return `${formatKoreanTime(at).replace(/^.*?\) /, '')}에 도착했습니다.`
}

const bare = (code: string): string => code.replaceAll('-', '')

/** The reseller's references look like 261126-AB3K-1: the clerk writes them that way. */
function dashed(code: string | null): string | null {
  if (code === null) return null
  const parts = /^(\d{6})([A-Z0-9]{4})(\d+)$/.exec(bare(code))
  return parts === null ? code : parts.slice(1).join('-')
}

/** Times and numbers go into the book the way it wants them. */
function booked(noted: NotedFields, nowMs: number): NotedFields {
  const { deliver_by: time, phone, price, ...others } = noted
  return {
    ...others,
    ...(time === undefined ? {} : { deliver_by: isoOf(time, nowMs) }),
    ...(phone === undefined ? {} : { phone: phone.replace(/\D/g, '') }),
    ...(price === undefined ? {} : { price: String(wonOf(price)) }),
  }
}

const DAY_MS = 86_400_000
const KST_OFFSET_MS = 9 * 3_600_000

function isoOf(spoken: string, nowMs: number): string {
  const time = readSpokenTime(spoken, nowMs)
  if (time?.day === undefined) return spoken
  return koreanIso(time.day * DAY_MS - KST_OFFSET_MS + (time.hour * 60 + time.minute) * 60_000)
}

/** "4만 원", "4만 5,000원", "40,000원". */
function wonOf(spoken: string): number {
  const [, man, rest] = /(?:(\d+)\s*만)?\s*([\d,]+)?\s*원/.exec(spoken) ?? []
  return Number(man ?? 0) * 10_000 + Number((rest ?? '0').replaceAll(',', ''))
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : '')
