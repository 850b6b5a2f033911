/** The SIP messages of a call as a ladder, and the carriers on the system page, in a real browser. */
import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppBrowser } from './support/app.ts'

const apps = new AppBrowser()
beforeAll(() => apps.start())
afterAll(() => apps.stop())

const CALL = '/calls/call-00000000a002'

test.each([
  ['light', 1440],
  ['dark', 390],
] as const)(
  'the messages of a call are shown when they are wanted, and each opens (%s, %i)',
  async (scheme, width) => {
    const { page, fake, close } = await apps.open({ path: CALL, scheme, width })
    const section = page.getByRole('region', { name: '통화 신호' })
    await section.getByRole('button', { name: '신호 보기' }).waitFor()
    expect(fake.world.requests.some(({ path }) => path.endsWith('/signalling'))).toBe(false)
    await section.getByRole('button', { name: '신호 보기' }).click()
    await section.getByRole('listitem').first().waitFor()
    await expect.poll(() => section.getByRole('listitem').count()).toBe(10)
    const refused = section.getByRole('button', { name: /488 Not Acceptable Here/ })
    await expect.poll(() => refused.textContent()).toContain('+30.442')
    await refused.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => refused.getAttribute('aria-expanded')).toBe('true')
    await section.getByText('Call-ID: 8d1f0c2e-carrier@203.0.113.10').waitFor()
    await expect
      .poll(() => section.getByRole('link', { name: '캡처 받기 (pcap)' }).getAttribute('href'))
      .toBe(`/api${CALL}/signalling.pcap`)
    const overflow = await page.evaluate<number>(
      '(() => { const e = document.querySelector("#content"); return e.scrollWidth - e.clientWidth })()',
    )
    expect(overflow).toBeLessThanOrEqual(0)
    expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([])
    if (process.env.SCREENSHOTS)
      await section.screenshot({ path: `${process.env.SCREENSHOTS}/ladder-${scheme}-${width}.png` })
    await close()
  },
)

test('the system page tells of each carrier what it is at', async () => {
  const { page, close } = await apps.open({ path: '/system' })
  const section = page.getByRole('region', { name: '통신사 연결' })
  await section.getByText('sip1.carrier.example:5061').waitFor()
  const text = (await section.textContent()) ?? ''
  for (const words of [
    'gateway-1',
    '통화 가능',
    '회선 3 / 30',
    '등록됨',
    '여기에 등록됨',
    '응답함',
    '응답 없음',
    '42초 쉬는 중',
  ])
    expect(text).toContain(words)
  if (process.env.SCREENSHOTS) await section.screenshot({ path: `${process.env.SCREENSHOTS}/trunks.png` })
  await close()
})

test('agents see neither', async () => {
  const { page, fake, close } = await apps.open({ path: '/calls' })
  fake.world.me = { ...fake.world.me, role: 'agent' }
  await page.reload()
  await page.goto(new URL(CALL, page.url()).href)
  await page.getByRole('region', { name: '대화록' }).waitFor()
  await expect.poll(() => page.getByRole('region', { name: '통화 신호' }).count()).toBe(0)
  await page.goto(new URL('/system', page.url()).href)
  await page.getByRole('region', { name: '외부 연동' }).waitFor()
  await expect.poll(() => page.getByRole('region', { name: '통신사 연결' }).count()).toBe(0)
  await close()
})
