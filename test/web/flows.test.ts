/** The owner changes what the AI says, in a real browser. */
import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppBrowser } from './support/app.ts'

const apps = new AppBrowser()
beforeAll(() => apps.start())
afterAll(() => apps.stop())

test('a draft is written, talked to, and goes live with a reason', async () => {
  const { page, fake, close } = await apps.open({ path: '/flows' })
  await page.getByText('AI가 고객과 업체에 하는 말').waitFor()
  await page.getByRole('link', { name: '주문 전화' }).click()
  const question = page.getByRole('textbox', { name: '첫 질문 · 한국어' })
  await question.fill('어떤 일로 전화 주셨나요?')
  await page.getByText('저장하지 않은 변경이 있습니다.').waitFor()
  expect(await page.getByRole('button', { name: '시작', exact: true }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: '초안 저장' }).click()
  await page.getByText('초안과 한 번 대화해 본 뒤 적용할 수 있습니다.').waitFor()
  expect(await page.getByRole('button', { name: '적용하기' }).isDisabled()).toBe(true)
  expect(await page.locator('ins').first().textContent()).toBe('이후: 어떤 일로 전화 주셨나요?')

  await page.getByRole('button', { name: '시작', exact: true }).click()
  await page.getByText('AI 상담원입니다. 어떤 일로 전화 주셨나요?').waitFor()
  await page.getByRole('textbox', { name: '할 말' }).fill('고 박영자님께 보내려고요')
  await page.keyboard.press('Enter')
  await page.getByText('보내시는 분은 어떻게 되세요?').waitFor()
  await page.locator('details').getByText('주문 내용 적기').click()
  await page.getByText('{"ok":true,"missing":["orderer"]}').waitFor()
  await page.getByText('시험해 보았습니다.').waitFor()
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([])

  await page.getByRole('button', { name: '적용하기' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: '바꾼 이유' }).fill('더 자연스럽게')
  await dialog.getByRole('button', { name: '적용하기' }).click()
  await page.getByText('버전 3 적용됨').waitFor()
  await page.getByText('더 자연스럽게').waitFor()
  expect(fake.world.flows.releases[0]).toMatchObject({ version: 3, reason: '더 자연스럽게' })
  await close()
})

test('what may not be left out is told at its field', async () => {
  const { page, fake, close } = await apps.open({ path: '/flows/order_call', language: 'en' })
  await page.getByRole('textbox', { name: 'Recording notice · Korean' }).fill('반갑습니다.')
  await page.getByRole('textbox', { name: 'Manner' }).fill('')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByText('Not saved: 2 parts need mending').waitFor()
  await page.getByText('It must say that the call is recorded').waitFor()
  await page.getByText('Write something').waitFor()
  expect(fake.world.flows.draft).toBeNull()
  expect(await page.getByRole('checkbox', { name: 'Place the order' }).isDisabled()).toBe(true)
  await close()
})

test('one click brings a version back, after a look at what that changes', async () => {
  const { page, fake, close } = await apps.open({ path: '/flows/order_call', width: 390 })
  await page.getByRole('button', { name: '버전 1 비교' }).click()
  await page.locator('ins').getByText('짧게 이야기합니다.').waitFor()
  await page.getByRole('button', { name: '버전 1(으)로 되돌리기' }).click()
  await page.getByText('버전 1(으)로 되돌렸습니다').waitFor()
  expect(fake.world.flows.releases[0]).toMatchObject({ version: 1 })
  await close()
})

test('another owner’s draft shows by itself, and an agent sees none of it', async () => {
  const { page, fake, close } = await apps.open({ path: '/flows' })
  await page.getByText('버전 2').waitFor()
  fake.world.flows.draft = {
    content: fake.world.flows.detail('order_call').live.content,
    based_on: 2,
    revision: 9,
    state: 'tried',
    changed_by: '김팀장',
    changed_at: '2026-11-21T05:00:00.000Z',
  }
  fake.world.tell({ type: 'flows_changed' })
  await page.getByText('시험한 초안').waitFor()
  fake.world.me = { ...fake.world.me, role: 'agent' }
  await page.reload()
  await page.getByText('AI 대본은 관리자만 볼 수 있습니다').waitFor()
  await close()
})
