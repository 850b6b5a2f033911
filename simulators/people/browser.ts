/** As much of a browser as it takes to use a shop's pages without scripts: redirects, cookies, links, forms. */

/** Where the person ended up. */
export interface Visit {
  readonly url: string
  readonly status: number
  /** A pay form was sent on the way. */
  readonly submitted: boolean
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface Page {
  readonly url: string
  readonly status: number
  readonly html: string
}

interface Form {
  readonly action: string
  readonly method: string
  readonly fields: URLSearchParams
}

const MAX_REDIRECTS = 10
/** The shop may put a page of its own before the checkout. */
const MAX_FORMS = 3
const PAY = /결제|pay/i
const NOT_PAY = /실패|취소|돌아가|fail|cancel|leave/i

/** A page that sends its visitor in circles, or lacks what the person wants to use. */
export class BrowserError extends Error {
  readonly retryable = false
}

/** One person's browser: keeps cookies from page to page. */
export class Browser {
  readonly #fetch: Fetch
  readonly #cookies = new Map<string, string>()

  constructor(fetchPage: Fetch = fetch) {
    this.#fetch = fetchPage
  }

  open(link: string): Promise<Page> {
    return load(link, { method: 'GET' }, this.#cookies, this.#fetch)
  }

  /**
   * Sends the first form that has such a button, as it stands but for `values`.
   * @throws BrowserError when there is none, or it lacks one of the fields.
   */
  async submit(page: Page, button: RegExp, values: Readonly<Record<string, string>> = {}): Promise<Page> {
    const form = findForm(page, (label) => button.test(label))
    if (form === undefined)
      throw new BrowserError(`no button ${button.source} on ${new URL(page.url).pathname}`)
    for (const [name, value] of Object.entries(values)) {
      if (!form.fields.has(name)) throw new BrowserError(`no field ${name} in the form with ${button.source}`)
      form.fields.set(name, value)
    }
    return this.#send(form)
  }

  /** Presses "pay", be it a link or a button, until there is none. */
  async pay(page: Page): Promise<{ readonly page: Page; readonly submitted: boolean }> {
    let shown = page
    let submitted = false
    for (let forms = 0; forms < MAX_FORMS; forms++) {
      const form = findForm(shown, (label, all) => PAY.test(label) && !NOT_PAY.test(all))
      const link = form === undefined ? findPayLink(shown) : undefined
      if (form !== undefined) {
        submitted = true
        shown = await this.#send(form)
      } else if (link !== undefined) shown = await this.open(link)
      else break
    }
    return { page: shown, submitted }
  }

  #send({ action, method, fields }: Form): Promise<Page> {
    const request: RequestInit = { method, ...(method === 'POST' ? { body: fields } : {}) }
    const target = method === 'POST' ? action : `${action}?${fields}`
    return load(target, request, this.#cookies, this.#fetch)
  }
}

/** Opens the link, presses "pay" where there is such a button, and follows the way back to the shop. */
export async function openAndPay(link: string, fetchPage: Fetch = fetch): Promise<Visit> {
  const browser = new Browser(fetchPage)
  const { page, submitted } = await browser.pay(await browser.open(link))
  return { url: page.url, status: page.status, submitted }
}

/** What a person reads of a page. */
export function textOf({ html }: Page): string {
  const body = html.replaceAll(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, ' ')
  return unescaped(body.replaceAll(/<[^>]+>/g, ' '))
    .replaceAll(/\s+/g, ' ')
    .trim()
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
  return value === undefined ? undefined : unescaped(value)
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
  amp: '&',
}

const unescaped = (text: string): string =>
  text.replaceAll(/&(lt|gt|quot|#39|#x27|amp);/g, (_all, name: string) => ENTITIES[name] ?? '')

/** Where a link leads that says "pay". */
function findPayLink(page: Page): string | undefined {
  for (const [all, tag = '', label = ''] of page.html.matchAll(/(<a\b[^>]*>)([\s\S]*?)<\/a>/gi)) {
    const href = attribute(tag, 'href')
    if (href !== undefined && PAY.test(label) && !NOT_PAY.test(all)) return new URL(href, page.url).href
  }
  return undefined
}

/** The first form with such a button, filled as it stands, sent with that button. */
function findForm(page: Page, isWanted: (label: string, button: string) => boolean): Form | undefined {
  for (const form of page.html.matchAll(/(<form\b[^>]*>)([\s\S]*?)<\/form>/gi)) {
    const [, opening = '', body = ''] = form
    const buttons = [...body.matchAll(/(<button\b[^>]*>)([\s\S]*?)<\/button>/gi)]
    const button = buttons.find(([all, , label = '']) => isWanted(label, all))
    if (button === undefined) continue
    const fields = fieldsOf(body)
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

function fieldsOf(form: string): URLSearchParams {
  const fields = new URLSearchParams()
  for (const [input] of form.matchAll(/<input\b[^>]*>/gi)) {
    const name = attribute(input, 'name')
    const off = /type\s*=\s*["']?(?:checkbox|radio)/i.test(input) && !/\schecked\b/i.test(input)
    if (name !== undefined && !off) fields.append(name, attribute(input, 'value') ?? '')
  }
  for (const [, opening = '', body = ''] of form.matchAll(/(<select\b[^>]*>)([\s\S]*?)<\/select>/gi)) {
    const name = attribute(opening, 'name')
    const options = [...body.matchAll(/<option\b[^>]*>/gi)].map(([option]) => option)
    const chosen = options.find((option) => /\sselected\b/i.test(option)) ?? options[0]
    if (name !== undefined && chosen !== undefined) fields.append(name, attribute(chosen, 'value') ?? '')
  }
  return fields
}
