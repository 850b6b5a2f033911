/** The list of conversations and one of them beside it, in a real browser. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readConversationSearch } from '../../web/pages/conversations/conversation-search.ts'
import { THREADS } from './fake-api/threads.ts'
import { type App, AppBrowser, type OpenInput } from './support/app.ts'

const apps = new AppBrowser()
let app: App
beforeAll(() => apps.start())
afterAll(() => apps.stop())
afterEach(() => app.close())

const open = async (input: OpenInput = {}) => {
  app = await apps.open({ path: '/conversations', ...input })
  await app.page.getByRole('heading', { level: 1 }).waitFor()
  return { ...app, list: app.page.getByRole('list', { name: '대화', exact: true }) }
}
const written = () =>
  app.fake.world.requests.filter(({ method, path }) => method === 'POST' && path.includes('/threads/'))

describe('the list of conversations', () => {
  it('shows those without an order too, who has the word, and how many wait', async () => {
    const { page, list } = await open()
    await list.getByRole('listitem').nth(3).waitFor()
    await list.getByText('이수진 님이 답하는 중').waitFor()
    await expect
      .poll(() => list.getByRole('listitem').allTextContents())
      .toEqual([
        expect.stringMatching(/카카오톡 고객.*언제쯤 답이 오나요\?.*답을 기다림.*261121-2BVD 정민아/),
        expect.stringMatching(/010-\*{4}-4821.*AI:.*언제든 말씀해 주십시오.*주문 없음/),
        expect.stringMatching(/박서준.*이수진:.*실패.*이수진 님이 답하는 중.*261121-4GJZ/),
        expect.stringMatching(/119번째/),
      ])
    await page.getByText('답을 기다리는 대화 1건').waitFor({ state: 'attached' })
  })

  it('is filtered in its address, which can be opened again', async () => {
    const { page, list } = await open()
    await page.getByText('사람이 맡음', { exact: true }).click()
    await page.waitForURL(/state=handed/)
    await page.getByLabel('채널').selectOption('kakao')
    await page.waitForURL(/channel=kakao/)
    await list.getByText('언제쯤').waitFor()
    await expect.poll(() => list.getByRole('listitem').count()).toBe(1)
    await list.getByRole('link').click()
    await page.waitForURL(/conversations\/chat-kakao-000000000002\?.*state=handed/)
    await page.reload()
    await page.getByRole('heading', { level: 2, name: '카카오톡 고객' }).waitFor()
    await expect.poll(() => list.getByRole('listitem').count()).toBe(1)
    await page.getByLabel('번호 끝 4자리').fill('0000')
    await page.getByText('조건에 맞는 대화가 없습니다').waitFor()
    expect(page.url()).toMatch(/tail=/)
    await page.reload()
    await page.getByText('조건에 맞는 대화가 없습니다').waitFor()
    await expect.poll(() => page.getByLabel('번호 끝 4자리').inputValue()).toBe('0000')
    await page.getByLabel('번호 끝 4자리').fill('')
    await list.getByText('언제쯤').waitFor()
  })

  it('moves by itself when somebody writes', async () => {
    const { fake, list } = await open()
    await list.getByRole('listitem').nth(3).waitFor()
    fake.world.threads.say(fake.world, THREADS.asking, '주문할게요!', { direction: 'in', author: 'customer' })
    await list.getByRole('listitem').first().getByText('주문할게요!').waitFor()
  })

  it('understands only what it knows of an address', () => {
    expect(readConversationSearch({ channel: 'fax', order: 'some', state: 'x', tail: 12, q: 'y' })).toEqual(
      {},
    )
    expect(readConversationSearch({ channel: 'sms', order: 'none', state: 'waiting', tail: 4821 })).toEqual({
      channel: 'sms',
      order: 'none',
      state: 'waiting',
      tail: '4821',
    })
    expect(readConversationSearch({ tail: '0123' })).toEqual({ tail: '0123' })
  })
})

describe('one conversation', () => {
  it('is answered by a person although it has no order, sent once, and given back', async () => {
    const { page } = await open({ path: `/conversations/${THREADS.asking}` })
    const pane = page.getByRole('region', { name: /4821/ })
    await pane.getByText('AI가 답하고 있습니다').waitFor()
    const box = page.getByLabel('고객에게 보낼 메시지')
    await box.fill('안녕하세요, 상담원입니다.')
    await box.press('Control+Enter')
    await pane.getByText('내가 답하고 있습니다').waitFor()
    await pane.getByRole('list').getByText('안녕하세요, 상담원입니다.').waitFor()
    await expect.poll(() => box.inputValue()).toBe('')
    expect(written().map(({ path, body }) => [path, body])).toEqual([
      [`/api/threads/${THREADS.asking}/messages`, { text: '안녕하세요, 상담원입니다.' }],
    ])
    await pane.getByRole('button', { name: 'AI에게 돌려주기' }).click()
    await pane.getByText('AI가 답하고 있습니다').waitFor()
    expect(written().at(-1)?.body).toEqual({ taken: false })
  })

  it('leads to its order and its workflow, and shows what did not arrive', async () => {
    const { page } = await open({ path: `/conversations/${THREADS.mine}` })
    const pane = page.getByRole('region', { name: /박서준/ })
    await expect
      .poll(() => pane.getByRole('link', { name: '261121-4GJZ' }).getAttribute('href'))
      .toBe('/tickets/261121-4GJZ')
    await pane.getByText('AI 대본 버전 2').waitFor()
    await expect
      .poll(() => pane.getByRole('link', { name: /Temporal/ }).getAttribute('href'))
      .toContain(THREADS.mine)
    await pane.getByText('3104 결번').waitFor()
    await pane.getByRole('button', { name: '사진 크게 보기' }).click()
    await page.getByRole('dialog').getByRole('img', { name: '고객이 보낸 사진' }).waitFor()
  })

  it('says how long KakaoTalk still takes an answer, and what happens after', async () => {
    const { page, fake } = await open({ path: `/conversations/${THREADS.waiting}` })
    await page.getByText(/카카오톡으로 답할 수 있는 시간이 \d+초 남았습니다/).waitFor()
    const known = fake.world.threads.all.get(THREADS.waiting)
    if (known === undefined) throw new Error('no thread')
    fake.world.threads.all.set(THREADS.waiting, { ...known, kakao_until: null })
    fake.world.tell({ type: 'thread_changed', thread_id: THREADS.waiting })
    await page.getByText('지금 보내면 고객이 다음에 쓸 때 전달됩니다').waitFor()
  })

  it('goes back through all that was written, and stays where it is read', async () => {
    const { page } = await open({ path: `/conversations/${THREADS.long}` })
    const messages = page.getByRole('list', { name: '고객과의 대화' })
    await messages.getByText('119번째 메시지').waitFor()
    await expect.poll(() => messages.getByRole('listitem').count()).toBe(51)
    const earlier = messages.getByRole('button', { name: '이전 메시지 보기' })
    await earlier.click()
    await messages.getByText('20번째 메시지', { exact: true }).waitFor({ state: 'attached' })
    await earlier.click()
    await messages.getByText('0번째 메시지', { exact: true }).waitFor({ state: 'attached' })
    await expect.poll(() => earlier.count()).toBe(0)
    await expect.poll(() => messages.getByRole('listitem').count()).toBe(120)
    await expect.poll(() => messages.getByText('20번째 메시지', { exact: true }).isVisible()).toBe(true)
  })

  it('is alone on a phone, with a way back to the list', async () => {
    const { page, list } = await open({ width: 390 })
    await list.getByRole('link', { name: '카카오톡 고객' }).click()
    await page.getByLabel('고객에게 보낼 메시지').waitFor()
    await expect.poll(() => list.isVisible()).toBe(false)
    await page.getByRole('link', { name: '대화 목록으로' }).click()
    await list.waitFor()
    await expect.poll(() => page.getByLabel('고객에게 보낼 메시지').count()).toBe(0)
  })

  it('that is not there is said to be none', async () => {
    const { page } = await open({ path: '/conversations/chat-sms-ffffffffffff' })
    await page.getByText('없는 대화입니다').waitFor()
  })
})
