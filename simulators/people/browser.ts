/** As much of a browser as it takes to open a link and press "pay": redirects, cookies, a link or a form. */

/** Where the person ended up. */
export interface Visit {
  readonly url: string
  readonly status: number
  /** A pay form was sent on the way. */
  readonly submitted: boolean
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>

interface Page {
  readonly url: string
  readonly status: number
  readonly html: string
}

interface PayForm {
  readonly action: string
  readonly method: string
  readonly fields: URLSearchParams
}

const MAX_REDIRECTS = 10
/** The shop may put a page of its own before the checkout. */
const MAX_FORMS = 3
const PAY = /결제|pay/i
const NOT_PAY = /실패|취소|돌아가|fail|cancel|leave/i

/** A page that sends its visitor in circles. */
export class BrowserError extends Error {
  readonly retryable = false
}

/** Opens the link, presses "pay" where there is such a button, and follows the way back to the shop. */
export async function openAndPay(link: string, fetchPage: Fetch = fetch): Promise<Visit> {
  const cookies = new Map<string, string>()
  let page = await load(link, { method: 'GET' }, cookies, fetchPage)
  let submitted = false
  for (let forms = 0; forms < MAX_FORMS; forms++) {
    const form = findPayForm(page)
    if (form === undefined) {
      const leads = findPayLink(page)
      if (leads === undefined) break
      page = await load(leads, { method: 'GET' }, cookies, fetchPage)
      continue
    }
    submitted = true
    const post: RequestInit = {
      method: form.method,
      ...(form.method === 'POST' ? { body: form.fields } : {}),
    }
    const target = form.method === 'POST' ? form.action : `${form.action}?${form.fields}`
    page = await load(target, post, cookies, fetchPage)
  }
  return { url: page.url, status: page.status, submitted }
}

async function load(
  url: string,
  first: RequestInit,
  cookies: Map<string, string>,
  fetchPage: Fetch,
): Promise<Page> {
  let target = url
  let request = first
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { accept: 'text/html', 'accept-language': 'ko', ...(cookie === '' ? {} : { cookie }) }
    const response = await fetchPage(target, { ...request, headers, redirect: 'manual' })
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=')
      cookies.set(name.trim(), value.trim())
    }
    const location = response.headers.get('location')
    if (response.status < 300 || response.status >= 400 || location === null)
      return { url: target, status: response.status, html: await response.text() }
    await response.body?.cancel()
    target = new URL(location, target).href
    // 307 and 308 keep method and body (RFC 9110 section 15.4); the others become GET.
    if (response.status !== 307 && response.status !== 308) request = { method: 'GET' }
  }
  throw new BrowserError(`more than ${MAX_REDIRECTS} redirects from ${url}`)
}

function attribute(tag: string, name: string): string | undefined {
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag)
  const value = match?.[1] ?? match?.[2] ?? match?.[3]
  return value?.replaceAll('&amp;', '&').replaceAll('&quot;', '"')
}

/** Where a link leads that says "pay". */
function findPayLink(page: Page): string | undefined {
  for (const [all, tag = '', label = ''] of page.html.matchAll(/(<a\b[^>]*>)([\s\S]*?)<\/a>/gi)) {
    const href = attribute(tag, 'href')
    if (href !== undefined && PAY.test(label) && !NOT_PAY.test(all)) return new URL(href, page.url).href
  }
  return undefined
}

/** The form with a button that says "pay", filled as it stands, sent with that button. */
function findPayForm(page: Page): PayForm | undefined {
  for (const form of page.html.matchAll(/(<form\b[^>]*>)([\s\S]*?)<\/form>/gi)) {
    const [, opening = '', body = ''] = form
    const buttons = [...body.matchAll(/(<button\b[^>]*>)([\s\S]*?)<\/button>/gi)]
    const button = buttons.find(([all, , label = '']) => PAY.test(label) && !NOT_PAY.test(all))
    if (button === undefined) continue
    const fields = new URLSearchParams()
    for (const [input] of body.matchAll(/<input\b[^>]*>/gi)) {
      const name = attribute(input, 'name')
      const off = /type\s*=\s*["']?(?:checkbox|radio)/i.test(input) && !/\schecked\b/i.test(input)
      if (name !== undefined && !off) fields.append(name, attribute(input, 'value') ?? '')
    }
    const name = attribute(button[1] ?? '', 'name')
    if (name !== undefined) fields.append(name, attribute(button[1] ?? '', 'value') ?? '')
    return {
      action: new URL(attribute(opening, 'action') ?? page.url, page.url).href,
      method: (attribute(opening, 'method') ?? 'get').toUpperCase(),
      fields,
    }
  }
  return undefined
}
