/** A call while it lives, in a real browser: who is in it, joining it, and pauses of its recording. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type LegHarness, openLegs } from '../media-gateway/legs/harness.ts'
import { type App, AppBrowser, type OpenInput } from './support/app.ts'

const apps = new AppBrowser([
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--allow-loopback-in-peer-connection',
])
let app: App
let gateway: LegHarness
beforeAll(() => apps.start())
afterAll(() => apps.stop())
beforeEach(async () => {
  const user = { username: 'web-1001-9999999999', password: 'of the gateway', numbers: ['1001'] }
  gateway = await openLegs(undefined, {
    transports: { ws: { port: 0 } },
    phones: { realm: 'daeri', users: { find: () => user }, browserAlgorithms: ['MD5'] },
  })
})
afterEach(async () => {
  await app.close()
  await gateway.close()
})

const LIVE = '/calls/call-00000000a001'

async function open(input: OpenInput = {}): Promise<Page> {
  app = await apps.open({ path: LIVE, permissions: ['microphone'], ...input })
  app.fake.world.sipGateway = `ws://127.0.0.1:${gateway.sip.ports.WS}`
  return app.page
}
const asked = () => app.fake.world.requests.filter(({ method }) => method === 'POST').map(({ path }) => path)

async function expectGoodPage(page: Page, name: string): Promise<void> {
  const overflow = await page.evaluate<number>(
    '(() => { const e = document.querySelector("#content"); return e.scrollWidth - e.clientWidth })()',
  )
  expect(overflow).toBeLessThanOrEqual(0)
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([])
  if (process.env.SCREENSHOTS)
    await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png`, fullPage: true })
}

it.each([
  ['light', 1440],
  ['dark', 390],
] as const)('is joined by one’s own telephone, which is turned on first (%s, %i)', async (scheme, width) => {
  const page = await open({ scheme, width })
  const section = page.getByRole('region', { name: '지금 이 통화' })
  const listen = section.getByRole('button', { name: '같이 듣기' })
  await listen.waitFor()
  await expect.poll(() => listen.isDisabled()).toBe(true)
  await section.getByRole('button', { name: '내 전화 켜기' }).click()
  await section.getByText('누르면 내 전화가 울립니다').waitFor()
  await listen.click()
  await section.getByRole('listitem').filter({ hasText: '듣는 중' }).waitFor()
  expect(asked()).toContain(`/api${LIVE}/listen`)
  await expectGoodPage(page, `live-call-${scheme}-${width}`)
  await section.getByRole('button', { name: '내 전화 내려놓기' }).click()
  await section.getByRole('listitem').filter({ hasText: '듣는 중' }).waitFor({ state: 'detached' })
  await section.getByRole('button', { name: '통화 넘겨받기' }).click()
  await section.getByRole('listitem').filter({ hasText: '고객과 통화 중' }).waitFor()
  // The AI is out of it.
  await expect.poll(() => section.getByRole('listitem').count()).toBe(1)
})

it('is not recorded while a card number is told, and the page says so', async () => {
  const page = await open()
  const section = page.getByRole('region', { name: '지금 이 통화' })
  await section.getByRole('status').getByText('녹음 중').waitFor()
  await section.getByRole('button', { name: '녹음 멈추기' }).click()
  await section.getByRole('status').getByText('녹음 멈춤').waitFor()
  await page.getByText('0:21부터 지금까지 녹음하지 않음').waitFor()
  await section.getByRole('button', { name: '다시 녹음' }).click()
  await section.getByRole('status').getByText('녹음 중').waitFor()
  await page.getByText('0:21부터 0:34까지 녹음하지 않음').waitFor()
})

it('tells in the reader’s words why somebody can not join', async () => {
  const page = await open({ language: 'en' })
  const section = page.getByRole('region', { name: 'This call, now' })
  await section.getByRole('button', { name: 'Turn my phone on' }).click()
  await section.getByText('Your phone will ring').waitFor()
  // Somebody was faster, and this page has not heard of it.
  const call = app.fake.world.calls.get('call-00000000a001')
  if (call === undefined) throw new Error('no fixture')
  const at = new Date().toISOString()
  app.fake.world.calls.set(call.call_id, {
    ...call,
    guests: [{ person_id: 'p', name: 'Kim', mode: 'talk', asked_at: at, joined_at: at, left_at: null }],
  })
  await section.getByRole('button', { name: 'Take the call over' }).click()
  await page.getByRole('alert').getByText('A colleague has taken it over already.').waitFor()
  await section.getByRole('button', { name: 'Whisper' }).waitFor()
})

it('that is over shows what was left out of its recording, and who joined', async () => {
  const page = await open({ path: '/calls/call-00000000a002' })
  await page.getByText('0:11부터 0:16까지 녹음하지 않음').waitFor()
  await page.locator('[class*=mark]').first().waitFor({ state: 'attached' })
  const guests = page.getByRole('region', { name: '함께한 동료' })
  await guests.getByText('김팀장').waitFor()
  await guests.getByText('같이 들음').waitFor()
  await expectGoodPage(page, 'call-with-pauses')
})

it.each([
  ['light', 1440, 'ko'],
  ['dark', 390, 'en'],
] as const)('has its packets captured on request (%s, %i, %s)', async (scheme, width, language) => {
  const page = await open({ scheme, width, language })
  const words =
    language === 'ko'
      ? {
          title: '패킷 캡처',
          start: '캡처 시작',
          sound: '목소리도 저장',
          running: '목소리까지 캡처 중',
          stop: '캡처 끝내기',
          download: '패킷 받기 (pcap)',
        }
      : {
          title: 'Packet capture',
          start: 'Start capture',
          sound: 'Keep the voices too',
          running: 'Capturing with voices',
          stop: 'End capture',
          download: 'Download packets (pcap)',
        }
  const section = page.getByRole('region', { name: words.title })
  await section.getByRole('button', { name: words.start }).waitFor()
  // Nobody's voice is kept unasked.
  expect(await section.getByRole('checkbox', { name: words.sound }).isChecked()).toBe(false)
  await expectGoodPage(page, `capture-before-${scheme}-${width}`)
  await section.getByRole('checkbox', { name: words.sound }).check()
  await section.getByRole('button', { name: words.start }).click()
  await section.getByRole('status').getByText(words.running).waitFor()
  expect(app.fake.world.requests).toContainEqual(
    expect.objectContaining({ path: `/api${LIVE}/capture/start`, body: { with_sound: true } }),
  )
  await expectGoodPage(page, `capture-running-${scheme}-${width}`)
  await section.getByRole('button', { name: words.stop }).click()
  await section.getByRole('status').waitFor({ state: 'detached' })
  // What was kept would be written over.
  expect(await section.getByRole('button', { name: words.start }).count()).toBe(0)
  expect(await section.getByRole('link', { name: words.download }).getAttribute('href')).toBe(
    `/api${LIVE}/capture.pcap`,
  )
})
