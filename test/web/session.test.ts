import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ORDERS, PASSWORD } from './fake-api/world.ts'
import { type App, AppBrowser } from './support/app.ts'

const apps = new AppBrowser()
let app: App
beforeAll(() => apps.start())
afterAll(() => apps.stop())
afterEach(() => app.close())

describe('an update of the app while a tab is open', () => {
  /** @param comesBack once the tab has started anew. */
  const withoutStyles = async (comesBack: boolean) => {
    app = await apps.open({ path: '/calls' })
    const { page } = app
    await page.getByRole('heading', { level: 1 }).waitFor()
    let isOutdated = true
    page.on('load', () => {
      isOutdated = !comesBack
    })
    await page.route(/assets\/settlement-page-[^/]*\.css/, (route) =>
      isOutdated ? route.fulfill({ status: 404 }) : route.continue(),
    )
    return page
  }

  it('has the tab start anew with the new files where one goes to such a page, and not before', async () => {
    const page = await withoutStyles(true)
    await page.evaluate('window.sameAsBefore = true')
    const missing = page.waitForResponse((response) => response.status() === 404)
    await page.getByRole('link', { name: '정산' }).hover()
    await missing
    await expect.poll(() => page.evaluate('window.sameAsBefore')).toBe(true)
    await page.getByRole('link', { name: '정산' }).click()
    await page.getByText('기간별 매출과 마진').waitFor()
    await expect.poll(() => page.evaluate('window.sameAsBefore')).toBeUndefined()
  })

  it('is told as a page that could not be shown when the files stay away', async () => {
    const page = await withoutStyles(false)
    const anew = page.waitForEvent('load')
    await page.getByRole('link', { name: '정산' }).click()
    await anew
    await page.getByText('화면을 표시하지 못했습니다').waitFor()
  })
})

describe('signing in', () => {
  it('leads back to the page that was asked for', async () => {
    app = await apps.open({ path: `/tickets/${ORDERS.done}`, signedIn: false })
    const { page } = app
    await page.getByLabel('이메일').fill('owner@example.com')
    await page.getByLabel('비밀번호', { exact: true }).fill('wrong')
    await page.getByRole('button', { name: '로그인' }).click()
    await page.getByText('이메일 또는 비밀번호가 맞지 않습니다').waitFor()
    await page.getByLabel('비밀번호', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: '로그인' }).click()
    await page.waitForURL(`**/tickets/${ORDERS.done}`)
    await page.getByRole('heading', { level: 1, name: /이말순/ }).waitFor()
  })

  it('ends with signing out', async () => {
    app = await apps.open()
    const { page } = app
    await page.getByRole('button', { name: '계정 메뉴' }).click()
    await page.getByRole('menuitem', { name: '로그아웃' }).click()
    await page.waitForURL('**/sign-in')
  })

  it('reminds of the first password until it is changed', async () => {
    app = await apps.open()
    const { page } = app
    await page.getByRole('button', { name: '지금 변경하기' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('현재 비밀번호').fill('not-this-one')
    await dialog.getByLabel('새 비밀번호', { exact: true }).fill('a-better-password')
    await dialog.getByLabel('새 비밀번호 확인').fill('a-better-password')
    await dialog.getByRole('button', { name: '변경' }).click()
    await dialog.getByText('현재 비밀번호가 맞지 않습니다').waitFor()
    await dialog.getByLabel('현재 비밀번호').fill(PASSWORD)
    await dialog.getByRole('button', { name: '변경' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('처음 발급된 비밀번호를 아직 쓰고 있습니다.').waitFor({ state: 'detached' })
  })
})

describe('the account menu', () => {
  it('switches the language at once and remembers it', async () => {
    app = await apps.open({ path: '/calls' })
    const { page } = app
    await page.getByRole('heading', { level: 1, name: '통화' }).waitFor()
    await page.getByRole('button', { name: '계정 메뉴' }).click()
    await page.getByRole('menuitemradio', { name: 'English' }).click()
    await page.getByRole('heading', { level: 1, name: 'Calls' }).waitFor()
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('en')
    await expect.poll(() => page.evaluate<string>('localStorage.getItem("daeri-language")')).toBe('en')
  })

  it('switches to the dark theme', async () => {
    app = await apps.open({ path: '/calls' })
    const { page } = app
    await page.getByRole('button', { name: '계정 메뉴' }).click()
    await page.getByRole('menuitemradio', { name: '어둡게' }).click()
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor()
  })
})
