/**
 * The web pages of the vendor's system as a person sees them: fields by their labels, buttons by their words,
 * an order by its list of terms. A page that looks otherwise is an error with a picture, never a guess.
 */
import { errors, type Page, type Response } from 'playwright-core'
import { PARTIES } from '../../domain/parties.ts'
import { PartyError } from '../http.ts'
import { DoorError } from './door.ts'
import type { ErpOrder, ErpOrderRequest } from './erp-client.ts'

export interface ErpPagesOptions {
  /** Address beneath which the pages lie. */
  readonly url: string
  readonly user: string
  readonly password: string
  /** Keeps a picture and returns its key. */
  readonly keep: (picture: Uint8Array) => Promise<string>
}

const PAGE_LIMIT_MS = 10_000
/** What is on a page at all is there soon after it has loaded. */
const ELEMENT_LIMIT_MS = 5_000

const PARTY = PARTIES.vendor_erp

/** Labels of the form and terms of an order, in the vendor's words. */
const FORM: ReadonlyArray<readonly [keyof ErpOrderRequest, string]> = [
  ['reference', '주문 참조번호'],
  ['sender', '보내는 분'],
  ['recipient', '받는 분'],
  ['ribbon_text', '리본 문구'],
  ['hall', '장례식장'],
  ['room', '호실'],
  ['deliver_by', '배송 희망 시각'],
  ['phone', '연락처'],
  ['price', '금액(원)'],
]

/** One visit: a page of its own, signed in. */
export class ErpPages {
  readonly #page: Page
  readonly #options: ErpPagesOptions
  readonly pictures: string[] = []

  constructor(page: Page, options: ErpPagesOptions) {
    this.#page = page
    this.#options = options
    page.setDefaultTimeout(ELEMENT_LIMIT_MS)
    page.setDefaultNavigationTimeout(PAGE_LIMIT_MS)
  }

  async signIn(): Promise<void> {
    await this.#open('sign-in')
    await this.#look('로그인 화면', async (page) => {
      await page.getByLabel('아이디', { exact: true }).fill(this.#options.user)
      await page.getByLabel('비밀번호', { exact: true }).fill(this.#options.password)
      const signedIn = page.waitForResponse(isDocument)
      await page.getByRole('button', { name: '로그인', exact: true }).click()
      const answer = await signedIn
      if (answer.status() === 401)
        throw new PartyError(PARTY, 401, 'SIGN_IN_REFUSED', '외주업체 웹 화면 로그인이 거절되었습니다.')
      await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'))
    })
  }

  /** The number of the order with our reference; null when the list has none. */
  async find(reference: string): Promise<string | null> {
    await this.#open('orders')
    return this.#look('주문 목록', async (page) => {
      await page.getByLabel('참조번호', { exact: true }).fill(reference)
      const found = page.waitForResponse(isDocument)
      await page.getByRole('button', { name: '검색', exact: true }).click()
      failWhenAway(await found)
      // An empty list is a table too; a page without one is no list.
      await page.getByRole('columnheader', { name: '참조', exact: true }).waitFor()
      const row = page
        .getByRole('row')
        .filter({ has: page.getByRole('cell', { name: reference, exact: true }) })
      if ((await row.count()) === 0) return null
      return ((await row.first().getByRole('link').first().textContent()) ?? '').trim()
    })
  }

  /** Fills in and sends the form; the order's own page says what became of it. */
  async place(order: ErpOrderRequest): Promise<ErpOrder> {
    await this.#open('orders/new')
    await this.#look('주문 등록 화면', async (page) => {
      for (const [name, label] of FORM)
        await page.getByLabel(label, { exact: true }).fill(String(order[name]))
      await this.#send('주문 등록')
    })
    const placed = await this.#shown()
    this.pictures.push(await this.#picture())
    await this.#compare(order)
    return placed
  }

  /** Null when the vendor has no such order. */
  async read(orderId: string): Promise<ErpOrder | null> {
    const status = await this.#open(`orders/${encodeURIComponent(orderId)}`, [404])
    return status === 404 ? null : this.#shown()
  }

  async changeRibbon(orderId: string, text: string): Promise<ErpOrder> {
    await this.#openChangeable(orderId, '수정')
    await this.#look('주문 수정 화면', async (page) => {
      await page.getByLabel('리본 문구', { exact: true }).fill(text)
      await this.#send('문구 저장')
    })
    const changed = await this.#shown()
    this.pictures.push(await this.#picture())
    if ((await this.#term('리본 문구')) !== text) throw await this.#differs(['리본 문구'])
    return changed
  }

  async cancel(orderId: string): Promise<ErpOrder> {
    await this.#openChangeable(orderId, '취소')
    await this.#look('주문 취소 화면', () => this.#send('주문 취소'))
    const cancelled = await this.#shown()
    this.pictures.push(await this.#picture())
    return cancelled
  }

  /** Only an order that is not made yet has forms: the vendor says no by leaving them out. */
  async #openChangeable(orderId: string, what: string): Promise<void> {
    const order = await this.read(orderId)
    if (order === null) throw new PartyError(PARTY, 404, 'NOT_FOUND', '외주업체에 그 주문이 없습니다.')
    if (order.status !== '접수')
      throw new PartyError(PARTY, 409, 'ALREADY_MADE', `이미 ${order.status} 상태라 ${what}할 수 없습니다.`)
  }

  /** Presses a button that sends a form. @throws PartyError 422 or 409 with the vendor's own words. */
  async #send(button: string): Promise<void> {
    const page = this.#page
    const answered = page.waitForResponse(isDocument)
    await page.getByRole('button', { name: button, exact: true }).click()
    const answer = await answered
    failWhenAway(answer)
    await page.waitForLoadState('domcontentloaded')
    const alert = page.getByRole('alert')
    if (answer.status() < 400 && (await alert.count()) === 0) return
    const words = ((await alert.first().textContent()) ?? '').trim()
    throw new PartyError(PARTY, answer.status() === 409 ? 409 : 422, 'REFUSED_ON_PAGE', words)
  }

  /** The order whose page is open. */
  #shown(): Promise<ErpOrder> {
    return this.#look('주문 상세 화면', async (page) => {
      const heading = (await page.getByRole('heading', { level: 1 }).textContent()) ?? ''
      const orderId = /^주문\s+(\S+)$/.exec(heading.trim())?.[1]
      const status = await this.#term('상태')
      if (orderId === undefined || status === '') throw new errors.TimeoutError(`no order: ${heading}`)
      const deliveredAt = await this.#term('배송 완료')
      const photo = page.getByRole('img', { name: '배송 완료 사진' })
      const src = (await photo.count()) === 0 ? null : await photo.getAttribute('src')
      return {
        order_id: orderId,
        reference: await this.#term('참조'),
        status,
        delivered_at: deliveredAt === '-' ? null : deliveredAt,
        photo_url: src === null ? null : new URL(src, page.url()).href,
      }
    })
  }

  async #term(name: string): Promise<string> {
    const term = this.#page.locator('dt', { hasText: new RegExp(`^\\s*${name}\\s*$`) })
    return ((await term.locator('xpath=following-sibling::dd[1]').textContent()) ?? '').trim()
  }

  /** What the vendor noted must be what we wrote: a form may cut or mix up fields. */
  async #compare(order: ErpOrderRequest): Promise<void> {
    const expected: ReadonlyArray<readonly [string, string]> = [
      ['참조', order.reference],
      ['보내는 분', order.sender],
      ['받는 분', order.recipient],
      ['리본 문구', order.ribbon_text],
      ['장소', `${order.hall} ${order.room}`],
      ['배송 희망', order.deliver_by],
      ['연락처', order.phone],
    ]
    const wrong: string[] = []
    for (const [name, value] of expected)
      if (bare(await this.#look('주문 상세 화면', () => this.#term(name))) !== bare(value)) wrong.push(name)
    if (wrong.length > 0) throw await this.#differs(wrong)
  }

  async #differs(fields: readonly string[]): Promise<DoorError> {
    const picture = this.pictures.at(-1)
    return new DoorError(
      'READ_BACK_DIFFERS',
      `외주업체에 등록된 내용이 보낸 내용과 다릅니다 (${fields.join(', ')}).`,
      picture === undefined ? [await this.#picture()] : [picture],
    )
  }

  /** @param mayBe statuses that are an answer of the page, not its absence. */
  async #open(path: string, mayBe: readonly number[] = []): Promise<number> {
    let answer: Response | null
    try {
      answer = await this.#page.goto(`${this.#options.url.replace(/\/$/, '')}/${path}`, {
        waitUntil: 'domcontentloaded',
      })
    } catch (error) {
      throw away(error)
    }
    const status = answer?.status() ?? 200
    if (answer !== null) failWhenAway(answer)
    if (status >= 400 && !mayBe.includes(status))
      throw new PartyError(
        PARTY,
        status,
        `HTTP_${status}`,
        `외주업체 웹 화면이 오류로 응답했습니다 (HTTP ${status}).`,
      )
    return status
  }

  /** Does something on a page; what is not there means that the page has changed. */
  async #look<Result>(where: string, act: (page: Page) => Promise<Result>): Promise<Result> {
    try {
      return await act(this.#page)
    } catch (error) {
      if (error instanceof PartyError || error instanceof DoorError) throw error
      if (!(error instanceof errors.TimeoutError)) throw away(error)
      throw new DoorError(
        'LAYOUT_CHANGED',
        `외주업체 웹 화면이 바뀌어 ${where}에서 필요한 항목을 찾을 수 없습니다.`,
        [await this.#picture()],
        { cause: error },
      )
    }
  }

  async #picture(): Promise<string> {
    return this.#options.keep(await this.#page.screenshot({ fullPage: true }))
  }
}

const bare = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** The page itself, not its pictures or style sheets. */
const isDocument = (response: Response): boolean =>
  response.request().isNavigationRequest() && response.status() !== 303 && response.status() !== 302

function failWhenAway(answer: Response): void {
  const status = answer.status()
  if (status < 500 && status !== 429) return
  throw new PartyError(PARTY, status, `HTTP_${status}`, `외주업체 웹 화면이 점검 중입니다 (HTTP ${status}).`)
}

/** No page came: refused, reset, too slow, or the browser is gone. */
function away(error: unknown): PartyError {
  const slow = error instanceof errors.TimeoutError
  return new PartyError(
    PARTY,
    null,
    slow ? 'TIMEOUT' : 'UNREACHABLE',
    slow ? '외주업체 웹 화면이 제때 열리지 않았습니다.' : '외주업체 웹 화면에 연결할 수 없습니다.',
    { cause: error },
  )
}
