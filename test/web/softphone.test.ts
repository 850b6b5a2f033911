/** The telephone of the app in a real browser, against the gateway's own SIP and WebRTC; the microphone is the browser's fake one. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Leg } from '../../media-gateway/legs/leg.ts'
import type { LegTransferWish } from '../../media-gateway/legs/leg-transfers.ts'
import { type LegHarness, openLegs } from '../media-gateway/legs/harness.ts'
import { tone } from '../support/tones.ts'
import { transfer } from './fake-api/transfers.ts'
import { type App, AppBrowser, type OpenInput } from './support/app.ts'

const apps = new AppBrowser([
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--allow-loopback-in-peer-connection',
  '--autoplay-policy=no-user-gesture-required',
])
let app: App
let gateway: LegHarness
beforeAll(() => apps.start())
afterAll(() => apps.stop())
beforeEach(async () => {
  gateway = await openLegs(undefined, {
    transports: { ws: { port: 0 } },
    phones: {
      realm: 'daeri',
      users: {
        find: (username) =>
          username.startsWith('web-1001-')
            ? { username, password: 'of the gateway', numbers: ['1001'] }
            : null,
      },
      browserAlgorithms: ['MD5'],
    },
  })
})
afterEach(async () => {
  await app.close()
  await gateway.close()
})

/** The app with its telephone turned on and registered. */
async function open(input: OpenInput = {}): Promise<Page> {
  app = await apps.open({ path: '/calls', permissions: ['microphone'], ...input })
  app.fake.world.sipGateway = `ws://127.0.0.1:${gateway.sip.ports.WS}`
  const { page } = app
  await page.getByRole('button', { name: /^(내 전화|My phone)/ }).click()
  await page.getByRole('switch').click()
  await page.getByText(/^(내선|Extension) 1001$/).waitFor()
  await page.getByRole('button', { name: /전화 대기 중|Phone is ready/ }).waitFor()
  await page.keyboard.press('Escape')
  return page
}

const callAgent = (): Promise<Leg> => gateway.dial({ calleeNumber: '1001', callerNumber: '01098765432' })
const card = (page: Page) => page.getByRole('region', { name: '통화', exact: true })

async function violations(page: Page) {
  const result = await new AxeBuilder({ page }).analyze()
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)
}

describe('a call for the person at this browser', () => {
  it('rings on every page, is answered, muted, held, dialled in, and ended', async () => {
    const page = await open()
    const leg = await callAgent()
    await page.getByRole('alert').getByText('010-9876-5432 전화가 왔습니다').waitFor()
    await page.getByRole('link', { name: '예외' }).click()
    await page.getByRole('heading', { level: 1, name: '예외' }).waitFor()
    await card(page).getByText('010-9876-5432').first().waitFor()
    await card(page).getByRole('button', { name: '받기' }).click()
    await card(page).getByText('통화 중').waitFor()

    const socket = gateway.attach(leg)
    await socket.message('attached')
    socket.send({ type: 'levels', everyMs: 200 })
    socket.say('u1', 'a tone', tone('PCMU', 800, 30_000))
    await socket.message('level', ({ theirs }) => theirs > -40) // the fake microphone beeps
    const muted = card(page).getByRole('button', { name: '음소거' })
    await muted.click()
    await card(page).locator('[aria-pressed=true]').getByText('음소거').waitFor()
    const from = socket.messages.length
    await socket.until(({ messages }) =>
      messages
        .slice(from)
        .filter((message) => message.type === 'level')
        .some(
          (_, i, levels) => levels.slice(i, i + 8).length === 8 && levels.slice(i, i + 8).every(isSilent),
        ),
    )
    await muted.click()

    await card(page).getByRole('button', { name: '보류' }).click()
    await card(page).getByText('보류 중').waitFor()
    expect(leg.media?.output.away).toBe(true)
    await card(page).getByRole('button', { name: '보류' }).click()
    await card(page).getByText('통화 중').waitFor()
    expect(leg.media?.output.away).toBe(false)

    await card(page).getByRole('button', { name: '키패드' }).click()
    await card(page).getByRole('button', { name: '5 누르기' }).click()
    await card(page).getByRole('button', { name: '# 누르기' }).click()
    await socket.message('digit', ({ digit }) => digit === '#')
    await card(page).getByText('5#').waitFor()

    await card(page).getByRole('button', { name: '끊기' }).click()
    expect(await leg.ended).toMatchObject({ outcome: 'completed_by_remote' })
    await card(page).waitFor({ state: 'detached' })
  })

  it('that the AI puts through shows what it is about and what was found out', async () => {
    const page = await open()
    app.fake.world.transfers.mine = {
      transfer: transfer('ob-0000a002', { state: 'ringing' }),
      caller_display_name: 'ABC 주식회사',
      answers: [
        { question_text: '참석 가능 여부', status: 'answered', answer: '참석 가능' },
        { question_text: '장소 변경 필요 여부', status: 'pending', answer: null },
      ],
    }
    const leg = await callAgent()
    await card(page).getByText('내일 오후 2시 미팅 일정 확인').waitFor()
    await card(page).getByText('견적을 묻고 싶음').waitFor()
    await card(page).getByText('참석 가능', { exact: true }).waitFor()
    await card(page).getByText('아직', { exact: true }).waitFor()
    expect(await violations(page)).toEqual([])
    const more = card(page).getByRole('link', { name: '통화 내용 보기' })
    expect(await more.getAttribute('href')).toBe('/outbound/ob-0000a002')
    await leg.hangUp()
    await card(page).waitFor({ state: 'detached' })
  })

  it('is refused, and the caller may give up', async () => {
    const page = await open()
    const refused = await callAgent()
    await card(page).getByRole('button', { name: '거절' }).click()
    expect(await refused.ended).toMatchObject({ outcome: 'busy' })
    const givenUp = await callAgent()
    await card(page).getByRole('button', { name: '받기' }).waitFor()
    await givenUp.hangUp()
    await card(page).waitFor({ state: 'detached' })
  })

  it('finds the telephone again after the page was loaded anew, and none after it was turned off', async () => {
    const page = await open()
    await page.reload()
    await page.getByRole('button', { name: /전화 대기 중/ }).click()
    await page.getByRole('switch').click()
    await page.getByRole('button', { name: /전화 꺼짐/ }).waitFor()
    while (gateway.sip.phonesOf('1001').length > 0) await gateway.ticks(20)
    await page.reload()
    await page.getByRole('button', { name: /전화 꺼짐/ }).waitFor()
  })

  it('goes on when the line breaks in the middle: the line is mended, and the sound finds its way anew', async () => {
    const page = await open()
    const leg = await callAgent()
    await card(page).getByRole('button', { name: '받기' }).click()
    await card(page).getByText('통화 중').waitFor()
    const socket = gateway.attach(leg)
    await socket.message('attached')
    socket.send({ type: 'levels', everyMs: 200 })
    await socket.message('level', ({ theirs }) => theirs > -40)
    const ufrag = () => /a=ice-ufrag:(\S+)/.exec(leg.remoteDescription ?? '')?.[1]
    const before = ufrag()
    app.fake.dropSockets()
    await page.getByRole('button', { name: /전화 연결 안 됨/ }).waitFor()
    await page.getByRole('button', { name: /전화 대기 중/ }).waitFor()
    while (ufrag() === before) await gateway.ticks(20)
    const from = socket.messages.length
    await socket.until(({ messages }) =>
      messages.slice(from).some((message) => message.type === 'level' && message.theirs > -40),
    )
    // The browser tells that its network is another one: the line is there, the way is looked for again.
    const moved = ufrag()
    // One that comes while candidates are still being exchanged is not waited for: it is told again.
    while (ufrag() === moved) {
      await page.evaluate("window.dispatchEvent(new Event('online'))")
      await gateway.ticks(20)
    }
    await card(page).getByRole('button', { name: '끊기' }).click()
    expect(await leg.ended).toMatchObject({ outcome: 'completed_by_remote' })
  })

  it('comes again when the gateway was away for a while', async () => {
    const page = await open()
    app.fake.dropSockets()
    await page.getByRole('button', { name: /전화 연결 안 됨/ }).waitFor()
    await page.getByRole('button', { name: /전화 대기 중/ }).waitFor()
    const leg = await callAgent()
    await card(page).getByRole('button', { name: '받기' }).waitFor()
    await leg.hangUp()
  })
})

/** Opens the panel and dials. @returns the call at the gateway, ringing. */
async function dial(page: Page, number: string): Promise<Leg> {
  await page.getByRole('button', { name: /^(내 전화|My phone)/ }).click()
  await page.getByRole('textbox', { name: '전화 걸기' }).fill(number)
  await page.getByRole('button', { name: '걸기', exact: true }).click()
  return gateway.arrival()
}
const wishOf = (leg: Leg) =>
  new Promise<LegTransferWish>((resolve) => {
    leg.events = { transfer: resolve }
  })

describe('a draft of a flow', () => {
  it('is talked with by a button of its page', async () => {
    const page = await open()
    await page.getByRole('link', { name: 'AI 대본' }).click()
    await page.getByRole('link', { name: '주문 전화' }).click()
    const button = page.getByRole('button', { name: '전화로 말해 보기' })
    await button.waitFor()
    expect(await violations(page)).toEqual([])
    await button.click()
    const leg = await gateway.arrival()
    await card(page).getByText('시험 통화').first().waitFor()
    expect(await button.isDisabled()).toBe(true)
    await leg.answer()
    await card(page).getByText('통화 중').waitFor()
    await leg.hangUp()
    await card(page).waitFor({ state: 'detached' })
    // What is not saved yet would not be heard.
    await page.getByRole('textbox', { name: '첫 질문 · 한국어' }).fill('어떤 일로 전화 주셨나요?')
    await page.getByText('먼저 초안을 저장하세요.').waitFor()
    expect(await button.isDisabled()).toBe(true)
  })
})

describe('a number that is dialled by hand', () => {
  it('rings, is answered, and is transferred: in vain, then for good', async () => {
    const page = await open()
    const leg = await dial(page, '010-9876-5432')
    await page.keyboard.press('Escape')
    await card(page).getByText('거는 중').waitFor()
    await leg.answer()
    await card(page).getByText('통화 중').waitFor()
    await card(page).getByText('010-9876-5432').waitFor()
    const transferTo = async (number: string) => {
      const wish = wishOf(leg)
      await card(page).getByRole('button', { name: '넘기기', exact: true }).click()
      await card(page).getByRole('textbox', { name: '넘길 곳' }).fill(number)
      await card(page).getByRole('button', { name: '바로 넘기기' }).click()
      return wish
    }
    const first = await transferTo('1002')
    expect(first).toMatchObject({ number: '1002', replaces: null })
    await card(page).getByText('넘기는 중').waitFor()
    leg.tellTransfer(first.transferId, 486)
    await page.getByText('넘기지 못했습니다. 통화는 그대로 이어집니다').waitFor()
    await card(page).getByText('통화 중').waitFor()
    const second = await transferTo('+81 3-1234-5678')
    expect(second.number).toBe('+81312345678')
    leg.tellTransfer(second.transferId, 200)
    await leg.hangUp()
    await card(page).waitFor({ state: 'detached' })
  })

  it('waits while a colleague is asked, and is theirs when they are connected', async () => {
    const page = await open()
    const customer = await dial(page, '01098765432')
    await page.keyboard.press('Escape')
    await customer.answer()
    await card(page).getByText('통화 중').waitFor()
    const ask = async () => {
      await card(page).getByRole('button', { name: '넘기기', exact: true }).click()
      for (const key of '1002')
        await card(page)
          .getByRole('button', { name: `${key} 누르기` })
          .click()
      await card(page).getByRole('button', { name: '먼저 통화' }).click()
      return gateway.arrival()
    }
    // Who is busy is nobody to ask: the customer is there again, on hold still.
    ;(await ask()).reject(486)
    await card(page).locator('[data-held]').waitFor()
    expect(customer.media?.output.away).toBe(true)
    await card(page).getByRole('button', { name: '보류', exact: true }).click()
    await card(page).getByText('통화 중').waitFor()

    const colleague = await ask()
    await card(page).getByText('010-9876-5432 보류 중').waitFor()
    await colleague.answer()
    const wish = wishOf(customer)
    await card(page).getByRole('button', { name: '연결해 주기' }).click()
    const { replaces, transferId } = await wish
    expect(replaces === null ? false : colleague.isCalledBy(replaces)).toBe(true)
    customer.tellTransfer(transferId, 200)
    await Promise.all([customer.hangUp(), colleague.hangUp()])
    await card(page).waitFor({ state: 'detached' })
  })

  it('is passed on to a colleague who is free, chosen from a list', async () => {
    const page = await open()
    const leg = await dial(page, '01098765432')
    await page.keyboard.press('Escape')
    await leg.answer()
    const wish = wishOf(leg)
    await card(page).getByRole('button', { name: '넘기기', exact: true }).click()
    const colleagues = card(page).getByRole('list', { name: '동료' })
    await colleagues.getByRole('button', { name: '박민아 통화 중 1003' }).waitFor()
    expect(await colleagues.getByRole('button', { name: '최야간 전화 꺼짐 1004' }).isDisabled()).toBe(true)
    await colleagues.getByRole('button', { name: '이상담 통화 가능 1002' }).click()
    await expect.poll(() => card(page).getByRole('textbox', { name: '넘길 곳' }).inputValue()).toBe('1002')
    expect(await violations(page)).toEqual([])
    await card(page).getByRole('button', { name: '바로 넘기기' }).click()
    expect(await wish).toMatchObject({ number: '1002' })
    await leg.hangUp()
  })

  it('is dialled on a narrow screen, too: the telephone is in the account menu there', async () => {
    const page = await open({ scheme: 'dark' })
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('button', { name: '계정 메뉴' }).click()
    await page.getByRole('menuitem', { name: '내 전화' }).click()
    const drawer = page.getByRole('dialog')
    for (const key of '1588') await drawer.getByRole('button', { name: `${key} 누르기` }).click()
    await drawer.getByRole('button', { name: '지우기' }).click()
    expect(await drawer.getByRole('textbox').inputValue()).toBe('158')
    await settled(page)
    expect(await violations(page)).toEqual([])
    await shot(page, 'drawer-390')
    await drawer.getByRole('textbox').fill('15880000')
    await drawer.getByRole('button', { name: '걸기', exact: true }).click()
    const leg = await gateway.arrival()
    await drawer.waitFor({ state: 'detached' })
    await leg.answer()
    await card(page).getByRole('button', { name: '넘기기', exact: true }).click()
    await settled(page)
    expect(await violations(page)).toEqual([])
    await shot(page, 'transfer-390')
    await page.setViewportSize({ width: 1440, height: 900 })
    await shot(page, 'transfer-1440')
    await leg.hangUp()
  })
})

const isSilent = (message: object): boolean => 'theirs' in message && Number(message.theirs) < -60

describe.each(['light', 'dark'] as const)('in the %s theme', (scheme) => {
  it.each([1440, 390])('axe finds nothing on the card at %i px, ringing and talking', async (width) => {
    const page = await open({ scheme })
    const leg = await callAgent()
    await card(page).getByRole('button', { name: '받기' }).waitFor()
    await page.setViewportSize({ width, height: 900 })
    await expect.poll(() => violations(page)).toEqual([])
    await shot(page, `ringing-${scheme}-${width}`)
    await card(page).getByRole('button', { name: '받기' }).click()
    await card(page).getByRole('button', { name: '키패드' }).click()
    await expect.poll(() => violations(page)).toEqual([])
    await shot(page, `talking-${scheme}-${width}`)
    await leg.hangUp()
  })

  it('axe finds nothing in the panel', async () => {
    const page = await open({ scheme, language: 'en' })
    await page.getByRole('button', { name: /^My phone/ }).click()
    await page.getByLabel('Microphone').waitFor()
    await expect.poll(() => violations(page)).toEqual([])
    await shot(page, `panel-${scheme}`)
  })
})

/** What moves has come to rest: colours in between are nobody's fault. */
const settled = (page: Page) =>
  page.waitForFunction(
    "document.getAnimations().every(({ playState }) => playState !== 'running')",
    undefined,
    { timeout: 30_000 },
  )

/** For whoever wants to look: SHOTS names a folder. */
async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.SHOTS
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` })
}
