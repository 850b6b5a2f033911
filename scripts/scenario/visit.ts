/** A person's visit to their order page, with the link from the newest text or chat message that has one. */
import { Browser, type Page, textOf } from '../../simulators/people/browser.ts'
import { editOrder, giveRefundAccount, orderLinks, takeAccount } from '../../simulators/people/order-page.ts'
import type { PersonEvidence } from './evidence.ts'
import type { ScenarioStep } from './step-schema.ts'

type Wishes = Omit<Extract<ScenarioStep, { visit: unknown }>['visit'], 'by' | 'sees'>

/** Nothing that was sent to the person holds a link. */
class NoLinkError extends Error {}

export interface VisitReport {
  /** For the story. */
  readonly done: string
  /** What the person reads on the page they end up on. */
  readonly seen: string
}

export async function visitOrderPage(visitor: PersonEvidence, wishes: Wishes): Promise<VisitReport> {
  const link = newestLink(visitor)
  const browser = new Browser()
  const report = (done: string, page: Page): VisitReport => ({
    done: `${done} (HTTP ${page.status})`,
    seen: textOf(page),
  })
  const { edit, pay, take_account, refund_account } = wishes
  if (edit !== undefined) {
    const what = Object.entries(edit).map(([field, value]) => `${field} "${value}"`)
    return report(`edits on the order page: ${what.join(', ')}`, await editOrder(browser, link, edit))
  }
  if (pay === 'checkout_only') return report('opens the checkout', await browser.open(`${link}/pay`))
  if (pay !== undefined) {
    const { page, submitted } = await browser.pay(await browser.open(link))
    return report(
      submitted ? 'pays by card on the order page' : 'finds nothing to pay on the order page',
      page,
    )
  }
  if (take_account !== undefined) {
    const { page, account } = await takeAccount(browser, link, take_account)
    const given = account === undefined ? 'gets none' : `gets ${account.number}`
    return report(`asks for an account to transfer to and ${given}`, page)
  }
  if (refund_account !== undefined)
    return report('tells where the refund goes', await giveRefundAccount(browser, link, refund_account))
  return report('looks at the order page', await browser.open(link))
}

function newestLink({ sms, kakao }: PersonEvidence): string {
  const messages = [
    ...sms.map(({ at, text, buttons = [] }) => ({
      at,
      text: [text, ...buttons.map(({ link }) => link)].join('\n'),
    })),
    ...kakao.filter(({ by, refused }) => by === 'company' && refused === undefined),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
  const link = messages.flatMap(({ text }) => orderLinks(text)).at(-1)
  if (link === undefined) throw new NoLinkError('no link to an order page has been sent')
  return link
}
