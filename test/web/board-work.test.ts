/** Daily work on the board: keys, selection, actions with time to take them back, drag and drop, long columns. */
import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ORDERS } from './fake-api/world.ts'
import { type App, AppBrowser } from './support/app.ts'

/**
 * The moment in which an action can be taken back lasts until `momentIsOver`, so that a machine that is busy does not
 * send what a test is still looking at.
 */
const HOLD_MOMENTS = `{
  const UNDO_MS = 5_000
  const { setTimeout: set, clearTimeout: clear } = window
  const held = new Map()
  window.setTimeout = (run, ms, ...given) => {
    if (ms !== UNDO_MS) return set(run, ms, ...given)
    const id = set(() => {}, 2 ** 31 - 1)
    held.set(id, () => run(...given))
    return id
  }
  window.clearTimeout = (id) => {
    held.delete(id)
    clear(id)
  }
  window.endMoments = () => {
    const all = [...held.values()]
    held.clear()
    for (const run of all) run()
    return all.length
  }
}`
const momentIsOver = () => expect.poll(() => app.page.evaluate('endMoments()')).toBe(1)

const apps = new AppBrowser()
let app: App
beforeAll(() => apps.start())
afterAll(() => apps.stop())
beforeEach(async () => {
  app = await apps.open({ script: HOLD_MOMENTS })
  await card('todo', ORDERS.unpaid).waitFor()
})
afterEach(() => app.close())

const card = (column: string, orderNo: string) =>
  app.page.locator(`[data-column="${column}"] [data-card="${orderNo}"]`)
const cardOf = (orderNo: string) => app.page.locator(`[data-card="${orderNo}"]`)
const press = async (...keys: string[]) => {
  for (const key of keys) await app.page.keyboard.press(key)
}
const focused = () => app.page.evaluate<string>('document.activeElement?.dataset.card ?? ""')
const sent = (path = '/api/tickets/bulk') =>
  app.fake.world.requests.filter((request) => request.path === path && request.method === 'POST')
const axe = async () =>
  (await new AxeBuilder({ page: app.page }).analyze()).violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`,
  )
/** The machine may be busy. */
const total = async (state: string) =>
  (await app.page.locator(`#heading-${state}`).innerText()).match(/\d+/)?.[0]

describe('the keys', () => {
  it('go from card to card with letters as well, and begin without the mouse', async () => {
    await press('j')
    await expect.poll(focused).toBe(ORDERS.live)
    await press('j', 'j', 'k')
    await expect.poll(focused).toBe(ORDERS.unpaid)
    await press('l', 'End')
    await expect.poll(focused).toBe(ORDERS.editable)
    await press('Home', 'l')
    await expect.poll(focused).toBe(ORDERS.issue)
    await press('Enter')
    await app.page.waitForURL(`**/tickets/${ORDERS.issue}`)
  })

  it('are written down, and leave a text field alone', async () => {
    await press('?')
    const sheet = app.page.getByRole('dialog', { name: '보드 단축키' })
    await sheet.getByText('카드를 들어 옮기기').waitFor()
    await expect.poll(() => axe()).toEqual([])
    await press('Escape')
    await sheet.waitFor({ state: 'detached' })
    await press('/')
    await app.page.keyboard.type('xj?')
    await expect.poll(() => app.page.getByRole('searchbox').inputValue()).toBe('xj?')
    await expect.poll(() => app.page.getByRole('dialog').count()).toBe(0)
  })

  it('keep the focus on a card that moves to another column by itself', async () => {
    await cardOf(ORDERS.unpaid).focus()
    app.fake.world.changeTicket(ORDERS.unpaid, { state: 'in_progress', sub_state: 'paid' })
    await card('in_progress', ORDERS.unpaid).waitFor()
    await expect.poll(focused).toBe(ORDERS.unpaid)
  })
})

describe('a selection', () => {
  it('is made with keys and ranges, offers what can be done to how many, and is cleared', async () => {
    await cardOf(ORDERS.live).focus()
    await press('Shift+ArrowDown', 'Shift+ArrowDown')
    await app.page.getByText('3건을 선택했습니다').waitFor({ state: 'attached' })
    const bar = app.page.getByRole('region', { name: '선택한 주문 작업' })
    await bar.getByText('3건 선택').waitFor()
    await expect.poll(() => bar.getByRole('button', { name: /다시 시도/ }).isDisabled()).toBe(true)
    await expect.poll(() => bar.getByRole('button', { name: /주문 취소/ }).innerText()).toMatch(/3$/)
    await press('x')
    await bar.getByText('2건 선택').waitFor()
    await expect.poll(() => axe()).toEqual([])
    await press('Escape')
    await bar.waitFor({ state: 'detached' })
  })

  it('of several cards gets one action and one list of answers', async () => {
    const { page, fake } = app
    fake.world.stubborn.set(ORDERS.ordered, '외주업체가 이미 출발했습니다.')
    await page.getByRole('checkbox', { name: `${ORDERS.unpaid} 선택` }).check({ force: true })
    await page.getByRole('checkbox', { name: `${ORDERS.ordered} 선택` }).check({ force: true })
    await page
      .getByRole('region', { name: '선택한 주문 작업' })
      .getByRole('button', { name: /예외로 표시/ })
      .click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('주문 2건').waitFor()
    await dialog.getByRole('button', { name: '예외로 표시' }).click()
    await dialog.getByText('사유를 입력하세요').waitFor()
    await dialog.getByLabel('사유').fill('장례식장 이전')
    await dialog.getByRole('button', { name: '예외로 표시' }).click()
    // At once where it goes, and counted there; nothing has been sent.
    await card('issue', ORDERS.unpaid).waitFor()
    await card('issue', ORDERS.ordered).waitFor()
    await expect.poll(() => total('issue')).toBe('3')
    expect(sent()).toEqual([])
    await momentIsOver()
    const result = page.getByRole('dialog', { name: '예외로 표시 결과' })
    await result.getByText('처리하지 못함 1건').waitFor()
    await result.getByText('외주업체가 이미 출발했습니다.').waitFor()
    await expect.poll(() => axe()).toEqual([])
    expect(sent().map(({ body }) => body)).toEqual([
      {
        order_nos: [ORDERS.unpaid, ORDERS.ordered],
        action: { action: 'raise_issue', kind: 'complaint', reason: '장례식장 이전' },
      },
    ])
    await press('Escape')
    await card('issue', ORDERS.unpaid).waitFor()
    await card('in_progress', ORDERS.ordered).waitFor()
    await expect.poll(() => total('issue')).toBe('2')
  })
})

describe('an action', () => {
  const choose = async (orderNo: string, name: string) => {
    await cardOf(orderNo).focus()
    await press('.')
    await app.page.getByRole('menuitem', { name }).click()
  }

  it('is taken back before anything is sent', async () => {
    await choose(ORDERS.issue, '다시 시도')
    await card('in_progress', ORDERS.issue).waitFor()
    await app.page.getByText('다시 시도 준비 중').waitFor()
    await press('u')
    await card('issue', ORDERS.issue).waitFor()
    await app.page.getByText('되돌렸습니다: 다시 시도').waitFor()
    expect(sent()).toEqual([])
  })

  it('is shown in a notice in which axe finds nothing', async () => {
    await choose(ORDERS.issue, '다시 시도')
    const notice = app.page.locator('ol[aria-live]')
    await notice.getByText('다시 시도 · 故 강민석').waitFor()
    const { violations } = await new AxeBuilder({ page: app.page }).include('ol[aria-live]').analyze()
    expect(violations.map(({ id }) => id)).toEqual([])
  })

  it('is sent after its moment, once, and says so', async () => {
    await choose(ORDERS.issue, '다시 시도')
    await momentIsOver()
    await app.page.getByText('처리했습니다: 다시 시도').waitFor()
    await card('in_progress', ORDERS.issue).waitFor()
    expect(sent().map(({ body }) => body)).toEqual([
      { order_nos: [ORDERS.issue], action: { action: 'retry_step' } },
    ])
  })

  it('that is refused puts the card back and says why', async () => {
    app.fake.world.stubborn.set(ORDERS.issue, '외주업체와 연결되지 않습니다.')
    await choose(ORDERS.issue, '다시 시도')
    await card('in_progress', ORDERS.issue).waitFor()
    await momentIsOver()
    await app.page.getByRole('alert').getByText('외주업체와 연결되지 않습니다.').waitFor()
    await card('issue', ORDERS.issue).waitFor()
    await expect.poll(() => total('issue')).toBe('1')
  })

  it('is sent at once when the page is left, and goes on when another page of the app is opened', async () => {
    const { page } = app
    await choose(ORDERS.issue, '다시 시도')
    await page.getByRole('link', { name: '시스템' }).click()
    await page.getByRole('button', { name: /되돌리기/ }).waitFor()
    expect(sent()).toEqual([])
    await page.goto('about:blank')
    await expect.poll(() => sent().length).toBe(1)
  })

  it('asks nothing where nothing can be done', async () => {
    await cardOf(ORDERS.done).focus()
    await press('m')
    await app.page.getByRole('menuitem', { name: '주문 열기' }).waitFor()
    await expect.poll(() => app.page.getByRole('menuitem').count()).toBe(2)
    await expect.poll(() => axe()).toEqual([])
  })
})

describe('drag and drop', () => {
  const drag = async (orderNo: string, column: string) => {
    const from = await cardOf(orderNo).boundingBox()
    const to = await app.page.locator(`[data-column="${column}"]`).boundingBox()
    if (from === null || to === null) throw new Error('not on screen')
    const { mouse } = app.page
    await mouse.move(from.x + 60, from.y + 50)
    await mouse.down()
    await mouse.move(from.x + 80, from.y + 60, { steps: 3 })
    await mouse.move(to.x + to.width / 2, to.y + 300, { steps: 5 })
    await app.page.locator(`[data-column="${column}"][data-over]`).waitFor()
  }

  it('of an Issue onto In progress resolves it', async () => {
    await drag(ORDERS.issue, 'in_progress')
    await app.page.locator('[data-column="in_progress"]').getByText('다시 시도').waitFor()
    await app.page.mouse.up()
    await momentIsOver()
    await app.page.getByText('처리했습니다: 다시 시도').waitFor()
    expect(sent()).toHaveLength(1)
    expect(new URL(app.page.url()).pathname).toBe('/')
  })

  it('that means nothing is refused with the reason before anything happens', async () => {
    await drag(ORDERS.unpaid, 'in_progress')
    await app.page.mouse.up()
    await app.page.getByRole('alert').getByText('결제가 확인되면 저절로 진행 중이 됩니다.').waitFor()
    await card('todo', ORDERS.unpaid).waitFor()
    await expect.poll(() => app.page.getByRole('button', { name: /되돌리기/ }).count()).toBe(0)
    expect(sent()).toEqual([])
  })

  it('onto Done asks why the order is cancelled', async () => {
    await drag(ORDERS.unpaid, 'done')
    await app.page.mouse.up()
    const dialog = app.page.getByRole('dialog', { name: '주문 취소' })
    await dialog.getByLabel('사유').fill('고객 요청')
    await dialog.getByRole('button', { name: '주문 취소' }).click()
    await card('done', ORDERS.unpaid).waitFor()
    await momentIsOver()
    await app.page.getByText('처리했습니다: 주문 취소').waitFor()
  })

  it('works with a finger that rests before it moves, while one that moves at once scrolls', async () => {
    const from = await cardOf(ORDERS.issue).boundingBox()
    const to = await app.page.locator('[data-column="in_progress"]').boundingBox()
    if (from === null || to === null) throw new Error('not on screen')
    const screen = await app.page.context().newCDPSession(app.page)
    const start = { x: from.x + 60, y: from.y + 40 }
    const end = { x: to.x + to.width / 2, y: to.y + 300 }
    const touch = (
      type: 'touchStart' | 'touchMove' | 'touchEnd',
      ...touchPoints: { x: number; y: number }[]
    ) => screen.send('Input.dispatchTouchEvent', { type, touchPoints })
    const target = app.page.locator('[data-column="in_progress"]').getByText('다시 시도')
    // At once: nothing is picked up.
    await touchAtOnce([start, { x: start.x, y: start.y - 30 }, end])
    await expect.poll(() => target.count()).toBe(0)
    // Resting: the card is lifted, which is told.
    await touch('touchStart', start)
    await app.page.getByText(new RegExp(`${ORDERS.issue}.*들었습니다`)).waitFor({ state: 'attached' })
    await touch('touchMove', { x: start.x - 40, y: start.y + 10 })
    await touch('touchMove', end)
    await target.waitFor()
    await touch('touchEnd')
    await momentIsOver()
    await app.page.getByText('처리했습니다: 다시 시도').waitFor()
    expect(sent()).toHaveLength(1)
    expect(new URL(app.page.url()).pathname).toBe('/')
  })

  it('works with the keyboard, and tells what it would do', async () => {
    await cardOf(ORDERS.issue).focus()
    await press('Space')
    await app.page.getByText(/주문을 들었습니다/).waitFor({ state: 'attached' })
    await press('ArrowLeft')
    await app.page.getByText('진행 중: 다시 시도').waitFor({ state: 'attached' })
    await press('Space')
    await card('in_progress', ORDERS.issue).waitFor()
    await press('u')
    await card('issue', ORDERS.issue).waitFor()
  })
})

/**
 * A finger that touches the first of these places and moves on without resting, however slow the machine: all in one
 * task of the page. It is taken away when a finger that rested would have picked up.
 */
const touchAtOnce = (places: readonly { readonly x: number; readonly y: number }[]) =>
  app.page.evaluate(`(async ([first, ...others]) => {
    const target = document.elementFromPoint(first.x, first.y)
    const send = (type, ...points) =>
      target.dispatchEvent(new TouchEvent(type, {
        bubbles: true,
        cancelable: true,
        touches: points.map(({ x, y }) => new Touch({ identifier: 1, target, clientX: x, clientY: y })),
      }))
    send('touchstart', first)
    for (const point of others) send('touchmove', point)
    // Timers of the page fire in their order: the one that picks up is shorter.
    await new Promise((resolve) => setTimeout(resolve, 500))
    send('touchend')
  })(${JSON.stringify(places)})`)

describe('a long column', () => {
  beforeEach(async () => {
    app.fake.world.fillColumn(700)
    await app.page.reload()
    await card('todo', ORDERS.unpaid).waitFor()
  })
  const COLUMN = "document.querySelector('[data-scroller=todo]')"
  const height = () => app.page.evaluate<number>(`${COLUMN}.scrollHeight`)
  const scrolled = () => app.page.evaluate<number>(`${COLUMN}.scrollTop`)
  const scrollTo = (top: string) => app.page.evaluate(`${COLUMN}.scrollTop = ${top}`)
  const drawn = () => app.page.locator('[data-column="todo"] [data-card]').count()

  it('draws what is in view, says how many there are, and reads on while one scrolls', async () => {
    await expect.poll(() => total('todo')).toBe('703')
    await expect.poll(() => drawn()).toBeLessThan(30)
    for (let i = 0; i < 4; i++) {
      const before = await height()
      await scrollTo(`${COLUMN}.scrollHeight`)
      await expect.poll(height).toBeGreaterThan(before + 1000)
    }
    await expect.poll(() => drawn()).toBeLessThan(30)
    const pages = app.fake.world.requests.filter(({ path }) => path === '/api/tickets').length
    expect(pages).toBeGreaterThanOrEqual(4)
  })

  it('is walked with the keys to a card that was not drawn, and back', async () => {
    await cardOf(ORDERS.live).focus()
    for (let i = 0; i < 30; i++) await press('j')
    const far = await focused()
    expect(far).toMatch(/^261119-/)
    await expect.poll(() => cardOf(far).isVisible()).toBe(true)
    await press('Home')
    await expect.poll(focused).toBe(ORDERS.live)
  })

  it('stays where it is while other tickets change', async () => {
    await scrollTo('3000')
    await expect.poll(scrolled).toBeGreaterThan(2000)
    app.fake.world.changeTicket(ORDERS.ordered, { recipient: '故 서순남' })
    await card('in_progress', ORDERS.ordered).getByText('故 서순남').waitFor()
    await expect.poll(() => scrolled()).toBeGreaterThan(2000)
  })
})
