/** The brain that orders and the clerk who takes orders: two sets of rules that know nothing of each other. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { VendorOrderContext } from '../../../domain/dialogue.ts'
import { makeOrderNo } from '../../../domain/ids.ts'
import type { OrderFields } from '../../../domain/order.ts'
import { readVendorCallReport, type VendorTask } from '../../../domain/outbound-call.ts'
import { Owner } from '../../../simulators/people/owner.ts'
import { type PersonaInput, personaSchema } from '../../../simulators/people/persona.ts'
import { type NotedFields, type VendorBook, VendorClerk } from '../../../simulators/people/vendor-clerk.ts'
import { playCall } from './vendor-call.ts'

const NOW = '2026-11-21T13:00:00+09:00'
const ORDER_NO = makeOrderNo('261121', [0.3, 0.1, 0.9, 0.02])
const REFERENCE = `${ORDER_NO}-1`
const ORDER: OrderFields = {
  orderer: '한빛상사 대표 김민수',
  recipient: '고 박영자',
  destination: '서울대학교병원 장례식장',
  room: '특2호실',
  message: '삼가 고인의 명복을 빕니다',
  deliver_by: '2026-11-22T10:30:00+09:00',
  phone: '01012345678',
}

/** A book of paper. */
class PaperBook implements VendorBook {
  readonly orders: {
    readonly id: string
    readonly reference: string
    status: string
    deliveredAt?: string
    fields: NotedFields
  }[] = []
  made = false

  async find(reference: string) {
    return this.orders.find((order) => order.reference === reference)
  }
  async findBetween({ sender, recipient }: Record<'sender' | 'recipient', string>) {
    return this.orders.find(({ fields }) => fields.sender === sender && fields.recipient === recipient)
  }
  async note(reference: string, fields: NotedFields) {
    const order = { id: `B261121-000${this.orders.length + 1}`, reference, status: '접수', fields }
    this.orders.push(order)
    return order
  }
  async change(id: string, fields: NotedFields) {
    if (this.made) throw new Error('이미 제작중 상태라 수정할 수 없습니다.')
    const order = this.orders.find((known) => known.id === id)
    if (order !== undefined) order.fields = { ...order.fields, ...fields }
  }
  async cancel(id: string) {
    if (this.made) throw new Error('이미 제작중 상태라 취소할 수 없습니다.')
    const order = this.orders.find((known) => known.id === id)
    if (order !== undefined) order.status = '취소'
  }
}

interface Setting {
  readonly task?: VendorTask
  readonly order?: OrderFields
  readonly book?: PaperBook
  readonly persona?: Partial<PersonaInput>
  readonly erpOrderId?: string | null
  readonly reference?: string
  readonly lag?: number
}

async function call(setting: Setting = {}) {
  const { task = { kind: 'place' }, order = ORDER, book = new PaperBook(), erpOrderId = null } = setting
  const context: VendorOrderContext = {
    flow: 'vendor_order',
    companyName: '대리 화환',
    language: 'ko',
    now: NOW,
    brief: {
      task,
      orderNo: ORDER_NO,
      reference: setting.reference ?? REFERENCE,
      erpOrderId,
      order,
      priceWon: 40_000,
    },
  }
  const persona = personaSchema.parse({ name: '접수 담당', goal: 'take_vendor_orders', ...setting.persona })
  const clerk = new VendorClerk({ persona, book, now: () => Date.parse(NOW) })
  const played = await playCall(context, clerk, setting.lag === undefined ? {} : { lag: setting.lag })
  const reports = played.toolCalls.filter(({ name }) => name === 'report_result')
  const report = reports.at(-1)
  return {
    book,
    ...played,
    reports: reports.length,
    result: report === undefined ? null : readVendorCallReport(report.input),
  }
}

const BOOKED = {
  sender: ORDER.orderer,
  recipient: ORDER.recipient,
  hall: ORDER.destination,
  room: ORDER.room,
  ribbon_text: ORDER.message,
  deliver_by: ORDER.deliver_by,
  phone: ORDER.phone,
  price: '40000',
}

describe('an order by phone', () => {
  it('is dictated, read back, written into the book, and its number told', async () => {
    const { book, result, endedBy, reports, transcript } = await call()
    expect(book.orders, transcript.join('\n')).toMatchObject([{ reference: REFERENCE, fields: BOOKED }])
    expect(result).toMatchObject({ status: 'placed', found: false, erpOrderId: 'B261121-0001' })
    expect(reports).toBe(1)
    expect(endedBy).toBe('us')
  })

  it.each([1, 2, 3])('goes the same way when recognition lags by %i characters', async (lag) => {
    const { book, result, transcript } = await call({ lag })
    expect(book.orders, transcript.join('\n')).toMatchObject([{ fields: BOOKED }])
    expect(result).toMatchObject({ status: 'placed', erpOrderId: 'B261121-0001' })
  })

  it('says first who calls, that it is an AI, that the call is recorded, and asks for our reference', async () => {
    const { transcript } = await call()
    expect(transcript[0]).toMatch(/^> /)
    expect(transcript[1]).toMatch(/대리 화환 AI .*통화는 녹음됩니다.*이미 접수된 주문이 있는지/)
  })

  it('is not placed when it is there already', async () => {
    const book = new PaperBook()
    await book.note(REFERENCE, {})
    const { result, transcript } = await call({ book })
    expect(book.orders).toHaveLength(1)
    expect(result, transcript.join('\n')).toMatchObject({
      status: 'placed',
      found: true,
      erpOrderId: 'B261121-0001',
    })
  })

  const again: VendorTask = { kind: 'place', again: true }

  it('that a clerk wrote down under another reference is found by its names, and not placed twice', async () => {
    const book = new PaperBook()
    await book.note('261121-XXXX-1', BOOKED as NotedFields)
    const { result, transcript } = await call({ book, task: again })
    expect(transcript[1]).toContain('다시 전화드렸습니다')
    expect(book.orders, transcript.join('\n')).toHaveLength(1)
    expect(result).toMatchObject({ status: 'placed', found: true, erpOrderId: 'B261121-0001' })
  })

  it('that they did not write down is dictated, also where somebody else sends a wreath to the same funeral', async () => {
    const book = new PaperBook()
    await book.note('261121-YYYY-1', { ...(BOOKED as NotedFields), sender: '다른 회사' })
    const { result, transcript } = await call({ book, task: again })
    expect(book.orders, transcript.join('\n')).toMatchObject([{}, { reference: REFERENCE, fields: BOOKED }])
    expect(result).toMatchObject({ status: 'placed', found: false, erpOrderId: 'B261121-0002' })
  })

  it.each([
    ['message', '삼가 고인의 행복을 빕니다'],
    ['destination', '서울병원 장례식장'],
    ['recipient', '고 박영지'],
    ['deliver_by', '11월 22일 일요일 오후 10시 30분'],
    ['phone', '010-1234-5679'],
  ] as const)('whose %s the clerk got wrong is corrected in the read-back', async (field, wrong) => {
    const { book, result, transcript } = await call({ persona: { corrects: { field, wrong, right: wrong } } })
    expect(book.orders, transcript.join('\n')).toMatchObject([{ fields: BOOKED }])
    expect(result).toMatchObject({ status: 'placed' })
  })

  it('to a hall that the vendor does not serve is refused in their words, and nothing is written', async () => {
    const { book, result, transcript } = await call({ persona: { refuses_halls: ['서울대학교'] } })
    expect(book.orders).toEqual([])
    expect(result, transcript.join('\n')).toMatchObject({ status: 'refused', erpOrderId: null })
  })

  it('comes out as it was ordered, whatever it says', async () => {
    const name = fc.constantFrom('김민수', '㈜한빛 임직원 일동', '이서연 외 3명', 'ABC Korea 대표 박')
    const hall = fc.constantFrom('서울아산병원 장례식장', '이대목동병원 장례식장', '안양샘병원')
    const room = fc.constantFrom('특2호실', '12호', 'VIP실', '지하 1층 3호')
    const message = fc.constantFrom('謹弔', '근조', '삼가 고인의 명복을 빕니다', '편히 쉬세요, 선생님')
    const at = fc
      .integer({ min: 1, max: 28 })
      .map((day) => `2026-12-${String(day).padStart(2, '0')}T09:05:00+09:00`)
    const letters = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 4, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(
        name,
        hall,
        room,
        message,
        at,
        letters,
        async (orderer, destination, room, message, at, r) => {
          const order = { ...ORDER, orderer, destination, room, message, deliver_by: at }
          const [a = 0, b = 0, c = 0, d = 0] = r
          const reference = `${makeOrderNo('261121', [a, b, c, d])}-1`
          const { book, result, transcript } = await call({ order, reference })
          expect(book.orders, transcript.join('\n')).toMatchObject([
            {
              reference,
              fields: { sender: orderer, hall: destination, room, ribbon_text: message, deliver_by: at },
            },
          ])
          expect(result?.status).toBe('placed')
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('about an order that is there', () => {
  const placed = async () => {
    const book = new PaperBook()
    await book.note(REFERENCE, BOOKED as NotedFields)
    return book
  }
  const edit: VendorTask = { kind: 'edit', fields: { message: '謹弔', room: '5호실' } }
  const cancel: VendorTask = { kind: 'cancel', reason: '고객 요청' }

  it('an edit is written and read back', async () => {
    const book = await placed()
    const { result, transcript } = await call({ book, task: edit, erpOrderId: 'B261121-0001' })
    expect(result, transcript.join('\n')).toMatchObject({ status: 'changed' })
    expect(book.orders).toMatchObject([{ fields: { ribbon_text: '謹弔', room: '5호실', hall: BOOKED.hall } }])
  })

  it('a cancellation is done', async () => {
    const book = await placed()
    const { result } = await call({ book, task: cancel, erpOrderId: 'B261121-0001' })
    expect(result).toMatchObject({ status: 'cancelled' })
    expect(book.orders[0]?.status).toBe('취소')
  })

  it.each([edit, cancel])('$kind comes too late once it is made', async (task) => {
    const book = await placed()
    book.made = true
    const { result, transcript } = await call({ book, task, erpOrderId: 'B261121-0001' })
    expect(result, transcript.join('\n')).toMatchObject({ status: 'refused' })
  })

  it('a cancellation finds an order whose number we were not told by its names', async () => {
    const book = new PaperBook()
    await book.note('261121-XXXX-1', BOOKED as NotedFields)
    const { result, transcript } = await call({ book, task: cancel })
    expect(result, transcript.join('\n')).toMatchObject({ status: 'cancelled' })
    expect(book.orders[0]?.status).toBe('취소')
  })

  it('an order that nobody has is as good as cancelled', async () => {
    const { result } = await call({ task: cancel })
    expect(result).toMatchObject({ status: 'cancelled' })
  })

  it('tells how far it is', async () => {
    const book = await placed()
    const [order] = book.orders
    if (order !== undefined) order.status = '배송중'
    const { result } = await call({ book, task: { kind: 'status' }, erpOrderId: 'B261121-0001' })
    expect(result).toMatchObject({ status: 'told', vendorStatus: '배송중' })
    expect(result).not.toHaveProperty('deliveredAt')
  })

  it.each([
    ['2026-11-21T12:50:00+09:00', '2026-11-21T12:50:00+09:00'],
    // Only the time of the day was said.
    ['2026-11-20T22:05:20+09:00', '2026-11-20T22:05:00+09:00'],
  ])('tells when it arrived: %s', async (deliveredAt, told) => {
    const book = await placed()
    const [order] = book.orders
    if (order !== undefined) Object.assign(order, { status: '완료', deliveredAt })
    const { result, transcript } = await call({ book, task: { kind: 'status' }, erpOrderId: 'B261121-0001' })
    expect(result, transcript.join('\n')).toMatchObject({
      status: 'told',
      vendorStatus: '완료',
      deliveredAt: told,
    })
  })

  it('tells that it arrived, where nobody noted when', async () => {
    const book = await placed()
    const [order] = book.orders
    if (order !== undefined) order.status = '완료'
    const { result } = await call({ book, task: { kind: 'status' }, erpOrderId: 'B261121-0001' })
    expect(result).toMatchObject({ status: 'told', vendorStatus: '완료' })
    expect(result).not.toHaveProperty('deliveredAt')
  })
})

describe('an alarm by phone', () => {
  const alarm = (acknowledges: PersonaInput['acknowledges']) =>
    playCall(
      {
        flow: 'issue_alarm',
        companyName: '대리 화환',
        language: 'ko',
        now: NOW,
        brief: { orderNo: ORDER_NO, kind: 'delivery_delay', reason: '배송이 늦어지고 있습니다.' },
      },
      new Owner(personaSchema.parse({ name: '대표', goal: 'take_alarms', acknowledges })),
    )

  it('is taken note of in words', async () => {
    const { toolCalls, transcript, endedBy } = await alarm('voice')
    expect(
      toolCalls.map(({ name }) => name),
      transcript.join('\n'),
    ).toEqual(['acknowledge', 'end_call'])
    expect(endedBy).toBe('us')
    expect(transcript[1]).toContain('배송 지연')
  })

  it('is taken note of with a key', async () => {
    expect(await alarm('key')).toMatchObject({ keys: '1', toolCalls: [] })
  })

  it('stays open when they have no time', async () => {
    const { toolCalls } = await alarm('later')
    expect(toolCalls).toMatchObject([{ name: 'end_call', input: { reason: 'caller_request' } }])
  })
})
