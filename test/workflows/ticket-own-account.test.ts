/** Transfers to the company's own account, as a whole ticket lives them: time is skipped, the outside world is scripted. */
import { ApplicationFailure } from '@temporalio/common'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BANK_TRANSFER, moneyToReturn } from '../../domain/ticket-money.ts'
import {
  cancelOrder,
  moneyReturned,
  openPayment,
  paymentChanged,
  resolveIssue,
  setRefundAccount,
  snapshot,
} from '../../workflows/ticket-messages.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { ACCOUNT, account, BOSS, deposit, keyOf } from './bank-steps.ts'
import { recordHistory } from './record-history.ts'
import { order, prepareEnvironment, until, untilIssue, untilSubState, withTicket } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

describe('transfers to our own account', () => {
  test('in parts pay the order; the customer hears once what is missing; a row counts once', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      expect(await deposit(run, 'b1', 30_000)).toEqual({
        receivedWon: 30_000,
        missingWon: 50_000,
        toReturnWon: 0,
      })
      expect(await deposit(run, 'b1', 30_000)).toMatchObject({ receivedWon: 30_000 })
      await until(env, run, () => run.outside.texts.includes('deposit_part'))
      expect(await deposit(run, 'b2', 50_000)).toMatchObject({ missingWon: 0 })
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
      expect(run.outside.texts.filter((kind) => kind === 'deposit_part')).toHaveLength(1)
      expect(run.outside.latest?.ticket.payment).toMatchObject({ method: BANK_TRANSFER })
    })
  })

  test('of too much pay the order and leave the rest to be returned', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      expect(await deposit(run, 'b1', 100_000)).toEqual({
        receivedWon: 100_000,
        missingWon: 0,
        toReturnWon: 20_000,
      })
      await run.handle.result()
      expect(run.outside.messages.find(({ kind }) => kind === 'refund_account')?.refundWon).toBe(20_000)
      const { latest } = run.outside
      expect(latest === undefined ? [] : moneyToReturn(latest.ticket)).toMatchObject([
        { amountWon: 20_000, reason: 'over' },
      ])
    })
  })

  test('close the virtual account that is not needed any more', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      await account(run)
      await deposit(run, 'b1', 80_000)
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
      expect(run.outside.closedAccounts).toEqual([keyOf(run)])
    })
  })

  test('that came too late for the order go back, and the customer is told', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      await deposit(run, 'b1', 30_000)
      expect(await run.handle.result()).toMatchObject({ outcome: 'cancelled' })
      const expired = run.outside.messages.find(({ kind }) => kind === 'payment_expired')
      expect(expired?.receivedWon).toBe(30_000)
      const { latest } = run.outside
      expect(latest === undefined ? [] : moneyToReturn(latest.ticket)).toMatchObject([
        { amountWon: 30_000, reason: 'order_closed' },
      ])
    })
  })

  test('are refunded by a person, who sees where to', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      await deposit(run, 'b1', 80_000)
      await until(env, run, () => run.outside.kinds.includes('paid'))
      await run.handle.executeUpdate(cancelOrder, { args: [{ reason: '고객 요청', actor: BOSS }] })
      await untilIssue(env, run)
      expect(run.outside.latest?.ticket.issue?.cause).toEqual({ code: 'transfer_account_missing' })
      // The customer is asked where to before anybody has looked.
      expect(run.outside.messages.find(({ kind }) => kind === 'refund_account')?.refundWon).toBe(80_000)
      await run.handle.executeUpdate(setRefundAccount, { args: [ACCOUNT] })
      await until(env, run, () => run.outside.latest?.ticket.issue?.cause?.code === 'transfer_by_hand')
      expect(run.outside.latest?.ticket.issue?.reason).toContain('신한은행 ****6789')
      await run.handle.executeUpdate(resolveIssue, {
        args: [{ action: 'complete_by_hand', note: '이체 확인증 20261121', actor: BOSS }],
      })
      expect(await run.handle.result()).toMatchObject({ outcome: 'refunded' })
      expect(run.outside.refunds).toEqual([])
      expect(run.outside.texts.slice(-2)).toEqual(['refund_account', 'refunded'])
      await recordHistory(env, run.handle.workflowId, 'ticket-refund-account-asked')
    })
  })

  test('stand on the list of money to return until it is sent, and that closes the order, too', async () => {
    await withTicket(env, async (run) => {
      run.outside.journey = ['접수']
      await order(run)
      await deposit(run, 'b1', 80_000)
      await untilSubState(env, run, 'po_placed')
      const listed = async () => moneyToReturn(await run.handle.query(snapshot))
      await run.handle.executeUpdate(cancelOrder, { args: [{ reason: '고객 요청', actor: BOSS }] })
      await untilIssue(env, run)
      const [due] = await listed()
      expect(due).toMatchObject({ amountWon: 80_000, source: 'bank_transfer', reason: 'order_closed' })
      await run.handle.executeUpdate(setRefundAccount, { args: [ACCOUNT] })
      await until(env, run, () => run.outside.latest?.ticket.issue?.cause?.code === 'transfer_by_hand')
      expect(await listed()).toEqual([due])
      await run.handle.executeUpdate(moneyReturned, {
        args: [{ key: due?.key ?? '', note: '이체 확인 7', actor: BOSS }],
      })
      expect(await run.handle.result()).toMatchObject({ outcome: 'refunded' })
      const resolved = [...run.outside.timeline.values()].findLast(({ kind }) => kind === 'issue_resolved')
      expect(resolved?.data).toMatchObject({ action: 'complete_by_hand', note: '이체 확인 7' })
      expect(run.outside.texts.at(-1)).toBe('refunded')
    })
  })

  test('whose customer can not be asked are refunded all the same', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      await deposit(run, 'b1', 80_000)
      await until(env, run, () => run.outside.kinds.includes('paid'))
      await run.handle.executeUpdate(cancelOrder, { args: [{ reason: '고객 요청', actor: BOSS }] })
      run.outside.fault = (activity) => {
        if (activity === 'sendMessage') throw ApplicationFailure.nonRetryable('결번', 'PartyError')
      }
      await untilIssue(env, run)
      expect(run.outside.latest?.ticket.issue?.step).toBe('refund')
      run.outside.fault = () => {}
      await run.handle.executeUpdate(resolveIssue, {
        args: [{ action: 'complete_by_hand', note: '현금으로 전달', actor: BOSS }],
      })
      expect(await run.handle.result()).toMatchObject({ outcome: 'refunded' })
    })
  })

  test('arrive beneath an open Issue and pay once it is resolved', async () => {
    await withTicket(env, async (run) => {
      await order(run)
      await run.handle.executeUpdate(openPayment)
      run.outside.fault = (activity) => {
        if (activity === 'readPayment') throw new Error('the gateway is away')
      }
      await run.handle.signal(paymentChanged, { paymentKey: 'pk-1' })
      await untilIssue(env, run)
      await deposit(run, 'b1', 80_000)
      expect((await run.handle.query(snapshot)).payment).toBeNull()
      run.outside.fault = () => {}
      run.outside.reading = { status: 'open' }
      await run.handle.executeUpdate(resolveIssue, {
        args: [{ action: 'retry_step', note: '', actor: BOSS }],
      })
      expect(await run.handle.result()).toMatchObject({ outcome: 'delivered' })
    })
  })
})
