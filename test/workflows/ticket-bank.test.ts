/** Virtual accounts, as a whole ticket lives them: time is skipped, the outside world is scripted. */
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { moneyToReturn } from '../../domain/ticket-money.ts'
import {
  cancelOrder,
  moneyReturned,
  openVirtualAccount,
  paymentChanged,
  raiseIssue,
  resolveIssue,
  setRefundAccount,
  snapshot,
} from '../../workflows/ticket-messages.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { ACCOUNT, account, BOSS, callOff, keyOf, PAID, say } from './bank-steps.ts'
import { recordHistory } from './record-history.ts'
import {
  order,
  pay,
  prepareEnvironment,
  refusal,
  until,
  untilIssue,
  untilSubState,
  withTicket,
} from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

describe('a virtual account', () => {
  test('is one account whoever asks how often, is told by text, and pays the order', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      const first = await account(run)
      expect(first).toMatchObject({ status: 'ready', account: { bankCode: '06', holder: '김철수' } })
      expect(await account(run, '88')).toEqual(first)
      await until(env, run, () => run.outside.texts.includes('virtual_account'))
      expect(run.outside.messages.find(({ kind }) => kind === 'virtual_account')?.account).toEqual(
        first.account,
      )
      await say(run, { status: 'open' })
      await say(run, PAID)
      await say(run, PAID)
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
      expect(run.outside.accounts).toHaveLength(1)
      expect(run.outside.kinds.filter((kind) => kind === 'paid')).toHaveLength(1)
      expect(run.outside.closedAccounts).toEqual([])
    })
  })

  test('asked for twice at once is the same request to the gateway', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      const [one, two] = await Promise.all([account(run), account(run)])
      expect(one).toEqual(two)
      expect(new Set(run.outside.accounts.map(({ key }) => key)).size).toBe(1)
      await callOff(run)
    })
  })

  test('of a bank that issues none, or with a wrong cash receipt, is refused before anything happens', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      expect(await refusal(account(run, '99'))).toBe('bad_bank')
      const cashReceipt = { kind: 'business_expense', number: '1234567890' } as const
      const wrong = run.handle.executeUpdate(openVirtualAccount, {
        args: [{ bankCode: '06', cashReceipt }],
      })
      expect(await refusal(wrong)).toBe('bad_cash_receipt')
      expect(run.outside.accounts).toEqual([])
      await callOff(run)
    })
  })

  test('is closed when the customer pays by card after all', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      await account(run)
      expect(await pay(run)).toEqual({ status: 'paid', reason: null })
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
      expect(run.outside.closedAccounts).toEqual([keyOf(run)])
    })
  })

  test('paid beside a card waits for a person until the customer names an account, then goes back by itself', async () => {
    await withTicket(env, async (run) => {
      run.outside.journey = ['접수']
      run.outside.closing = PAID
      await order(run)
      await account(run)
      await pay(run)
      await untilSubState(env, run, 'po_placed')
      const { data } = { data: await run.handle.query(snapshot) }
      expect(moneyToReturn(data)).toEqual([
        {
          key: `payment:${keyOf(run)}`,
          amountWon: 80_000,
          source: 'virtual_account',
          reason: 'paid_twice',
        },
      ])
      await run.handle.executeUpdate(setRefundAccount, { args: [ACCOUNT] })
      await until(env, run, () => run.outside.kinds.includes('money_returned'))
      expect(run.outside.refunded).toMatchObject([
        { paymentKey: keyOf(run), refundAccount: { bankCode: '88', accountNumber: '110123456789' } },
      ])
      expect(moneyToReturn(await run.handle.query(snapshot))).toEqual([])
      await callOff(run)
    })
  })

  test('that a person paid back by hand is not paid back by the gateway too', async () => {
    await withTicket(env, async (run) => {
      run.outside.journey = ['접수']
      run.outside.closing = PAID
      await order(run)
      await account(run)
      await pay(run)
      await untilSubState(env, run, 'po_placed')
      const key = `payment:${keyOf(run)}`
      await run.handle.executeUpdate(moneyReturned, { args: [{ key, actor: BOSS }] })
      expect(await refusal(run.handle.executeUpdate(moneyReturned, { args: [{ key, actor: BOSS }] }))).toBe(
        'not_allowed_now',
      )
      await run.handle.executeUpdate(setRefundAccount, { args: [ACCOUNT] })
      await env.sleep('10m')
      expect(run.outside.refunds).toEqual([])
      await callOff(run)
    })
  })

  test('is read a last time before the order is given up: money whose webhook was lost pays it', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      await account(run)
      run.outside.readings.set(keyOf(run), PAID)
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
      expect(run.outside.texts).toContain('payment_reminder')
      expect(run.outside.texts).not.toContain('payment_expired')
    })
  })

  test('ends no sooner than an order that an Issue held: the customer gets another one', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      const first = await account(run)
      await until(env, run, () => run.outside.texts.includes('virtual_account'))
      await run.handle.executeUpdate(raiseIssue, {
        args: [{ kind: 'complaint', reason: '가격 문의', actor: BOSS }],
      })
      await env.sleep('5 hours')
      await run.handle.executeUpdate(resolveIssue, {
        args: [{ action: 'retry_step', note: '', actor: BOSS }],
      })
      await until(env, run, () => run.outside.texts.filter((kind) => kind === 'virtual_account').length === 2)
      expect(run.outside.closedAccounts).toEqual([keyOf(run)])
      const { accounts, messages } = run.outside
      expect(accounts.map(({ insteadOf }) => insteadOf)).toEqual([undefined, keyOf(run)])
      const told = messages.at(-1)
      expect(told?.account?.accountNumber).not.toBe(first.account?.accountNumber)
      const [one, other] = accounts.map(({ dueAt }) => Date.parse(dueAt))
      expect((other ?? 0) - (one ?? 0)).toBeGreaterThanOrEqual(5 * 3_600_000)
      // The new time was told with the account, not twice.
      expect(run.outside.texts).toEqual(['payment_link', 'virtual_account', 'virtual_account'])
      const key = keyOf(run).replace(/V1$/, 'V2')
      run.outside.readings.set(key, PAID)
      await run.handle.signal(paymentChanged, { paymentKey: key })
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
      await recordHistory(env, run.handle.workflowId, 'ticket-account-renewed')
    })
  })

  test('that was paid just before it would be replaced pays the order', async () => {
    await withTicket(env, async (run) => {
      run.outside.closing = PAID
      await order(run)
      await account(run)
      await run.handle.executeUpdate(raiseIssue, {
        args: [{ kind: 'complaint', reason: '가격 문의', actor: BOSS }],
      })
      await env.sleep('5 hours')
      run.outside.readings.set(keyOf(run), PAID)
      await run.handle.executeUpdate(resolveIssue, {
        args: [{ action: 'retry_step', note: '', actor: BOSS }],
      })
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
      expect(run.outside.accounts).toHaveLength(1)
    })
  })

  test('for which there is no other leaves the other ways to pay, and the customer hears until when', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      await account(run)
      await until(env, run, () => run.outside.texts.includes('virtual_account'))
      await run.handle.executeUpdate(raiseIssue, {
        args: [{ kind: 'complaint', reason: '가격 문의', actor: BOSS }],
      })
      await env.sleep('5 hours')
      run.outside.fault = (activity) => {
        if (activity === 'createVirtualAccount') throw new Error('the gateway is out')
      }
      await run.handle.executeUpdate(resolveIssue, {
        args: [{ action: 'retry_step', note: '', actor: BOSS }],
      })
      await until(env, run, () => run.outside.texts.includes('payment_until'))
      expect(run.outside.messages.at(-1)?.account).toBeUndefined()
      expect(await pay(run)).toEqual({ status: 'paid', reason: null })
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
    })
  })

  test('nobody paid is closed with the order', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      await account(run)
      run.outside.readings.set(keyOf(run), { status: 'open' })
      expect(await run.handle.result()).toMatchObject({ outcome: 'cancelled' })
      expect(run.outside.closedAccounts).toEqual([keyOf(run)])
      const reminder = run.outside.messages.find(({ kind }) => kind === 'payment_reminder')
      expect(reminder?.account?.accountNumber).toBeDefined()
    })
  })

  test('that was paid is refunded to the account that a person enters for the customer', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      await account(run)
      await say(run, PAID)
      await until(env, run, () => run.outside.kinds.includes('paid'))
      await run.handle.executeUpdate(cancelOrder, { args: [{ reason: '고객 요청', actor: BOSS }] })
      await untilIssue(env, run)
      expect(run.outside.latest?.ticket.issue).toMatchObject({
        step: 'refund',
        cause: { code: 'refund_account_missing' },
      })
      expect(run.outside.latest?.ticket.issue?.actions[0]).toBe('set_refund_account')
      const wrong = { ...ACCOUNT, accountNumber: '12' }
      expect(await refusal(run.handle.executeUpdate(setRefundAccount, { args: [wrong] }))).toBe(
        'bad_refund_account',
      )
      await run.handle.executeUpdate(setRefundAccount, { args: [{ ...ACCOUNT, actor: BOSS }] })
      expect(await run.handle.result()).toMatchObject({ outcome: 'refunded' })
      expect(run.outside.refunded).toMatchObject([{ refundAccount: { accountNumber: '110123456789' } }])
    })
  })
})

describe('a deposit that falls back to waiting', () => {
  test('stops the order, which goes on by itself when the money is back', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      await account(run)
      await say(run, PAID)
      await until(env, run, () => run.outside.kinds.includes('edit_window_opened'))
      await say(run, { status: 'open' })
      await untilIssue(env, run)
      expect(run.outside.latest?.ticket.issue?.cause).toEqual({ code: 'deposit_fell_back' })
      await env.sleep('1h')
      expect(run.outside.placed).toEqual([])
      // News that is none: still waiting.
      await say(run, { status: 'open' })
      await env.sleep('1m')
      expect((await run.handle.query(snapshot)).issue).not.toBeNull()
      await say(run, PAID)
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
      expect(run.outside.placed).toHaveLength(1)
      expect(run.outside.kinds).toContain('payment_came_back')
    })
  })

  test('is noticed right before the purchase order, also without a webhook', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      await account(run)
      await say(run, PAID)
      await until(env, run, () => run.outside.kinds.includes('edit_window_opened'))
      run.outside.readings.set(keyOf(run), { status: 'open' })
      await untilIssue(env, run)
      expect(run.outside.placed).toEqual([])
      run.outside.readings.set(keyOf(run), PAID)
      await run.handle.executeUpdate(resolveIssue, {
        args: [{ action: 'retry_step', note: '', actor: BOSS }],
      })
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
    })
  })

  test('after the purchase order is for a person to decide', async () => {
    await withTicket(env, async (run) => {
      run.outside.journey = ['접수']
      await order(run)
      await account(run)
      await say(run, PAID)
      await untilSubState(env, run, 'po_placed')
      await say(run, { status: 'open' })
      await untilIssue(env, run)
      expect(run.outside.latest?.ticket.issue).toMatchObject({
        kind: 'admin_required',
        cause: { code: 'deposit_fell_back_late' },
      })
      await run.handle.executeUpdate(resolveIssue, {
        args: [{ action: 'refund_and_close', note: '고객이 그만두기로 함', actor: BOSS }],
      })
      expect(await run.handle.result()).toMatchObject({ outcome: 'cancelled' })
      expect(run.outside.cancelled).toHaveLength(1)
      expect(run.outside.refunds).toEqual([])
    })
  })

  test('leaves nothing to refund when the order is called off', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      await account(run)
      await say(run, PAID)
      await until(env, run, () => run.outside.kinds.includes('edit_window_opened'))
      await say(run, { status: 'open' })
      await untilIssue(env, run)
      await run.handle.executeUpdate(resolveIssue, {
        args: [{ action: 'refund_and_close', note: '고객 요청', actor: BOSS }],
      })
      expect(await run.handle.result()).toMatchObject({ outcome: 'cancelled' })
      expect(run.outside.refunds).toEqual([])
      expect(run.outside.closedAccounts).toEqual([keyOf(run)])
    })
  })
})
