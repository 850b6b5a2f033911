/** Watching over money, and the morning's text: what a Schedule starts, with outages on the way. */
import { WorkflowFailedError } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { recordHistory } from './record-history.ts'
import { Books, runScheduled } from './scheduled-harness.ts'
import { prepareEnvironment } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

/** Fails so many times before it works. */
function awayFor(tries: number, activity: string): Books {
  const books = new Books()
  let left = tries
  books.fault = (asked) => {
    if (asked === activity && left-- > 0) throw new Error(`${activity} is away`)
  }
  return books
}

describe('the bank feed', () => {
  test('is read before its deposits are given to orders', async () => {
    const books = new Books()
    const { result } = await runScheduled(env, 'bankFeed', [], books)
    expect(result).toEqual({ read: 3, matched: 2 })
    expect(books.asked).toEqual(['readBankFeed', 'matchDeposits'])
  })

  test('gives deposits of before to orders although nothing new came', async () => {
    const books = Object.assign(new Books(), { read: 0, matched: 1 })
    const { result } = await runScheduled(env, 'bankFeed', [], books)
    expect(result).toEqual({ read: 0, matched: 1 })
  })

  test('outlasts a bank that is away for a moment', async () => {
    const books = awayFor(3, 'readBankFeed')
    const { result } = await runScheduled(env, 'bankFeed', [], books)
    expect(result.read).toBe(3)
    expect(books.asked.filter((activity) => activity === 'readBankFeed')).toHaveLength(4)
  })

  test('leaves a longer outage to the next run: no deposit is matched from half a feed', async () => {
    const books = awayFor(99, 'readBankFeed')
    const run = runScheduled(env, 'bankFeed', [], books)
    await expect(run).rejects.toBeInstanceOf(WorkflowFailedError)
    expect(books.asked).toEqual(Array.from({ length: 4 }, () => 'readBankFeed'))
  })
})

test('money that a person sent back is told to its customer, also by a carrier that is away for hours', async () => {
  const books = awayFor(40, 'tellOfReturn')
  const { result, workflowId } = await runScheduled(env, 'returnNotice', [{ returnId: 7 }], books)
  expect(result).toEqual({ status: 'sent' })
  expect(books.returns).toEqual([7])
  await recordHistory(env, workflowId, 'return-notice')
})

describe('reconciliation', () => {
  test('compares the books after what the bank has was taken in, in the name of who asked', async () => {
    const books = new Books()
    const { result, workflowId } = await runScheduled(
      env,
      'reconciliation',
      [{ startedBy: 'owner@example.com' }],
      books,
    )
    expect(result).toEqual({ read: 3, matched: 2, waiting: 1, checked: 12, findings: 1 })
    expect(books.asked).toEqual(['readBankFeed', 'matchDeposits', 'reconcilePayments'])
    expect(books.reconciliations).toMatchObject([{ startedBy: 'owner@example.com' }])
    expect(books.reconciliations[0]?.key.startsWith(`${workflowId}:`)).toBe(true)
  })

  test('that is tried again is the same one, the next run another', async () => {
    const books = awayFor(1, 'reconcilePayments')
    const start = () => runScheduled(env, 'reconciliation', [{ startedBy: 'system' }], books)
    await start()
    await start()
    const tried = books.asked.filter((activity) => activity === 'reconcilePayments')
    expect(tried).toHaveLength(3)
    expect(new Set(books.reconciliations.map(({ key }) => key)).size).toBe(2)
  })

  test.each(['readBankFeed', 'matchDeposits', 'reconcilePayments'])(
    'fails when %s does',
    async (activity) => {
      const books = awayFor(99, activity)
      const run = runScheduled(env, 'reconciliation', [{ startedBy: 'system' }], books)
      await expect(run).rejects.toBeInstanceOf(WorkflowFailedError)
      expect(books.asked.filter((asked) => asked === activity)).toHaveLength(4)
      expect(books.reconciliations).toEqual([])
    },
  )
})

describe('the morning’s text', () => {
  test('is of the day on which it runs, or of the day that was asked for', async () => {
    const books = new Books()
    await runScheduled(env, 'morningDigest', [], books)
    await runScheduled(env, 'morningDigest', [{ day: '2026-11-20' }], books)
    expect(books.digests).toEqual([null, '2026-11-20'])
  })

  test('waits for a database that comes back in the morning', async () => {
    const books = awayFor(30, 'sendMorningDigest')
    const { result } = await runScheduled(env, 'morningDigest', [], books)
    expect(result.sent).toBe(true)
  })

  test('is not sent in the evening', async () => {
    const books = awayFor(9_999, 'sendMorningDigest')
    const run = runScheduled(env, 'morningDigest', [], books)
    await expect(run).rejects.toBeInstanceOf(WorkflowFailedError)
    expect(books.asked.length).toBeLessThan(60)
  })
})
