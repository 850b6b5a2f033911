/** Stand-in of Toss Payments (`/toss/v1/…`) with its checkout page. */
import { randomBytes } from 'node:crypto'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { faultyOperation } from '../faulty-operation.ts'
import type { WorldContext, WorldPart } from '../world-part.ts'
import { checkoutPage } from './checkout-page.ts'
import { idempotency } from './idempotency.ts'
import { PaymentLedger } from './ledger.ts'
import { abort, authenticate, cancel, confirm } from './payment.ts'
import { TossError } from './toss-error.ts'
import { DepositRefusedError, deposit, fallBack } from './virtual-account.ts'
import { parseBody, readVirtualAccount } from './virtual-account-request.ts'

const createSchema = z.object({
  method: z.enum(['CARD', 'TRANSFER', 'MOBILE_PHONE']),
  amount: z.number().int().positive(),
  orderId: z.string().regex(/^[A-Za-z0-9_-]{6,64}$/),
  orderName: z.string().min(1).max(100),
  successUrl: z.url(),
  failUrl: z.url(),
})
const confirmSchema = z.object({ paymentKey: z.string().min(1), orderId: z.string(), amount: z.number() })
const cancelSchema = z.object({
  cancelReason: z.string().min(1).max(200),
  cancelAmount: z.number().int().positive().optional(),
  refundReceiveAccount: z
    .object({ bank: z.string().min(1), accountNumber: z.string(), holderName: z.string().min(1).max(60) })
    .optional(),
})

const LIMIT_EXCEEDED = { code: 'REJECT_CARD_COMPANY', message: '결제 승인이 거절되었습니다. (한도초과)' }
const LEFT = { code: 'PAY_PROCESS_CANCELED', message: '사용자에 의해 결제가 취소되었습니다.' }

/** Toss Payments as the banks of the world know it. */
export interface PaymentsPart extends WorldPart {
  /**
   * Money for a virtual account: by its number, or the newest open one of an order.
   * @throws DepositRefusedError, TossError NOT_FOUND_PAYMENT.
   */
  readonly deposit: (input: {
    readonly account?: string | undefined
    readonly order?: string | undefined
    readonly amount: number
    readonly depositor: string
  }) => object
}

export function createPayments(context: WorldContext): PaymentsPart {
  const ledger = new PaymentLedger(context)
  const routes = new Hono()
  const api = new Hono()
  api.onError((error, c) => {
    if (error instanceof TossError) return errorBody(c, error.status, error.code, error.message)
    throw error
  })
  api.use(basicAuthorization(context.settings.toss.secretKey))
  const once = idempotency(context, errorBody)

  api.post('/payments', faulty(context, 'create'), once, async (c) => {
    const input = await readBody(c, createSchema)
    return c.json(ledger.body(ledger.create(input)))
  })
  api.post('/virtual-accounts', faulty(context, 'create'), once, async (c) => {
    const input = readVirtualAccount(await c.req.json().catch(() => undefined), context.now())
    return c.json(ledger.body(ledger.issue(input)))
  })
  api.post('/payments/confirm', faulty(context, 'confirm'), once, async (c) => {
    const { paymentKey, orderId, amount } = await readBody(c, confirmSchema)
    const input = { orderId, amount, now: context.now(), transactionKey: transactionKey() }
    return c.json(ledger.body(ledger.change(paymentKey, (payment) => confirm(payment, input))))
  })
  api.get('/payments/orders/:orderId', faulty(context, 'read'), (c) =>
    c.json(ledger.body(ledger.ofOrder(c.req.param('orderId')))),
  )
  api.get('/payments/:paymentKey', faulty(context, 'read'), (c) =>
    c.json(ledger.body(ledger.get(c.req.param('paymentKey')))),
  )
  api.post('/payments/:paymentKey/cancel', faulty(context, 'cancel'), once, async (c) => {
    const { cancelReason, cancelAmount, refundReceiveAccount } = await readBody(c, cancelSchema)
    const input = {
      reason: cancelReason,
      amount: cancelAmount,
      refundReceiveAccount,
      now: context.now(),
      transactionKey: transactionKey(),
    }
    return c.json(ledger.body(ledger.change(c.req.param('paymentKey'), (payment) => cancel(payment, input))))
  })

  routes.route('/toss/v1', api)
  routes.get('/toss/checkout/:paymentKey', (c) => {
    const payment = findPayment(ledger, c.req.param('paymentKey'))
    return payment === undefined ? c.text('없는 결제입니다.', 404) : c.html(checkoutPage(payment))
  })
  routes.post('/toss/checkout/:paymentKey', (c) => checkout(c, c.req.param('paymentKey'), ledger, context))
  routes.get('/world/api/payments', (c) =>
    // The way back to the shop is what a customer's browser gets to see of it.
    c.json({
      payments: ledger
        .list()
        .map((payment) => ({ ...ledger.body(payment), success_url: payment.successUrl })),
    }),
  )
  routes.post('/world/api/payments/:paymentKey/fall-back', (c) => {
    try {
      return c.json(ledger.body(ledger.deposit(c.req.param('paymentKey'), fallBack)))
    } catch (error) {
      return worldError(c, error)
    }
  })
  return {
    routes,
    start: async () => ledger.start(),
    stop: async () => ledger.stop(),
    deposit: ({ account, order, amount, depositor }) => {
      const payment = ledger.virtualAccount({ account, order })
      const input = { amount, depositor, now: context.now(), transactionKey: transactionKey() }
      return ledger.body(ledger.deposit(payment.id, (current) => deposit(current, input)))
    },
  }
}

/** Refusals of the bank and of Toss, as the world's own API shows them. @throws anything else. */
export function worldError(c: Context, error: unknown): Response {
  if (error instanceof DepositRefusedError)
    return c.json({ error: { code: error.code, message: error.message } }, 409)
  if (error instanceof TossError)
    return c.json({ error: { code: error.code, message: error.message } }, error.status as 404)
  throw error
}

/** The customer's decision on the checkout page; answers with the redirect to the shop. */
async function checkout(
  c: Context,
  paymentKey: string,
  ledger: PaymentLedger,
  context: WorldContext,
): Promise<Response> {
  const payment = findPayment(ledger, paymentKey)
  if (payment === undefined) return c.text('없는 결제입니다.', 404)
  const form = await c.req.parseBody()
  const refused = context.faults.take('payments', 'checkout', ['refuse']) !== undefined
  if (form.action === 'pay' && !refused) {
    try {
      ledger.change(paymentKey, (current) => authenticate(current, context.now()))
    } catch (error) {
      if (error instanceof TossError) return c.html(checkoutPage(ledger.get(paymentKey)), 409)
      throw error
    }
    return c.redirect(
      withQuery(payment.successUrl, {
        paymentType: 'NORMAL',
        paymentKey,
        orderId: payment.orderId,
        amount: String(payment.amount),
      }),
      303,
    )
  }
  const failure = form.action === 'leave' ? LEFT : LIMIT_EXCEEDED
  ledger.change(paymentKey, (current) => abort(current, failure))
  return c.redirect(withQuery(payment.failUrl, { ...failure, orderId: payment.orderId }), 303)
}

function findPayment(ledger: PaymentLedger, paymentKey: string) {
  try {
    return ledger.get(paymentKey)
  } catch (error) {
    if (error instanceof TossError) return undefined
    throw error
  }
}

function faulty(context: WorldContext, operation: string): MiddlewareHandler {
  return faultyOperation({
    faults: context.faults,
    service: 'payments',
    operation,
    refuse: (c, status = 500) =>
      status < 500
        ? errorBody(c, status, 'REJECT_CARD_PAYMENT', '한도초과 혹은 잔액부족으로 결제에 실패했습니다.')
        : errorBody(
            c,
            status,
            'FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING',
            '결제가 완료되지 않았어요. 다시 시도해주세요.',
          ),
  })
}

function basicAuthorization(secretKey: string): MiddlewareHandler {
  const expected = `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`
  return async function authorize(c, next) {
    if (c.req.header('authorization') === expected) return next()
    return errorBody(c, 401, 'UNAUTHORIZED_KEY', '인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다.')
  }
}

async function readBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  return parseBody(await c.req.json().catch(() => undefined), schema)
}

function errorBody(c: Context, status: number, code: string, message: string): Response {
  return c.json({ code, message }, status as 400)
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const target = new URL(url)
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value)
  return target.toString()
}

function transactionKey(): string {
  return randomBytes(16).toString('hex').toUpperCase()
}
