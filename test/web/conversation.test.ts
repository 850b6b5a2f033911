import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ORDERS } from './fake-api/world.ts'
import { type App, AppBrowser } from './support/app.ts'

const apps = new AppBrowser()
let app: App
beforeAll(() => apps.start())
afterAll(() => apps.stop())
afterEach(() => app.close())

const open = async (orderNo: string = ORDERS.chat, language: 'ko' | 'en' = 'ko') => {
  app = await apps.open({ path: `/tickets/${orderNo}`, language })
  await app.page.getByRole('heading', { level: 1 }).waitFor()
  return { ...app, box: app.page.getByLabel('고객에게 보낼 메시지') }
}
const written = () => app.fake.world.requests.filter(({ path }) => path.endsWith('/messages'))

describe('the conversation with a customer', () => {
  it('shows who wrote what, with pictures and what became of each message', async () => {
    const { page } = await open()
    const list = page.getByRole('list', { name: '고객과의 대화' })
    await expect.poll(() => list.getByRole('listitem').count()).toBe(6)
    await expect.poll(() => list.getByTitle('AI가 쓴 메시지').count()).toBe(1)
    await list.getByText('3104 결번').waitFor()
    await list.getByText('사진이 아니거나 너무 큽니다').waitFor()
    await list.getByRole('button', { name: '사진 크게 보기' }).click()
    await page.getByRole('dialog').getByRole('img', { name: '고객이 보낸 사진' }).waitFor()
  })

  it('a person writes with the keyboard, and with it takes over; then gives it back', async () => {
    const { page, box } = await open()
    await page.getByText('AI가 답하고 있습니다').waitFor()
    await box.fill('안녕하세요, 상담원입니다.')
    await box.press('Control+Enter')
    await page.getByText('내가 답하고 있습니다').waitFor()
    await page.getByRole('list', { name: '고객과의 대화' }).getByText('안녕하세요, 상담원입니다.').waitFor()
    await expect.poll(() => box.inputValue()).toBe('')
    expect(written().map(({ body }) => body)).toEqual([
      { text: '안녕하세요, 상담원입니다.', thread_id: 'chat-sms-0123456789ab' },
    ])
    await page.getByRole('button', { name: 'AI에게 돌려주기' }).click()
    await page.getByText('AI가 답하고 있습니다').waitFor()
  })

  it('a refused message stays in the box, with the reason', async () => {
    const { page, fake, box } = await open()
    fake.world.refusal = { status: 409, code: 'no_phone', detail: '문자를 받는 번호가 없습니다.' }
    await box.fill('안녕하세요')
    await page.getByRole('button', { name: '보내기', exact: true }).click()
    await page.getByRole('alert').getByText('문자를 받는 번호가 없습니다.').waitFor()
    await expect.poll(() => box.inputValue()).toBe('안녕하세요')
  })

  it('a field leads to the message that told it', async () => {
    const { page } = await open()
    await page.getByRole('button', { name: /수령인: 이 메시지 보기/ }).click()
    await expect
      .poll(() => page.evaluate<string>('document.activeElement.id'))
      .toBe('message-in-0000000000000002')
  })

  it('an order without a conversation says that a text begins one', async () => {
    const { page } = await open(ORDERS.unpaid)
    await page.getByText('고객의 연락처로 문자를 보내 시작합니다.').waitFor()
  })
})
