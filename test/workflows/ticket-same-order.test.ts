import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OrderNo } from '../../domain/ids.ts'
import { EMPTY_ORDER } from '../../domain/order.ts'
import {
  addIssueEvidence,
  cancelOrder,
  keepBoth,
  mergeOrder,
  messageReported,
  raiseIssue,
  resolveIssue,
  setFields,
  snapshot,
} from '../../workflows/ticket-messages.ts'
import { ORDER } from '../domain/order-fixture.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { recordHistory } from './record-history.ts'
import {
  order,
  pay,
  prepareEnvironment,
  refusal,
  type TicketRunForTest,
  untilIssue,
  withTicket,
} from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

const BOSS = 'owner@example.com'
const numberOf = ({ handle }: TicketRunForTest) => handle.workflowId.replace('ticket-', '') as OrderNo
/** The carrier reports at once. */
const reporting = (run: TicketRunForTest) => {
  run.outside.onSent = ({ key }) =>
    run.handle.signal(messageReported, {
      messageKey: key,
      status: 'delivered',
      at: '2026-11-21T12:00:00+09:00',
    })
}
const tell = (
  { handle }: TicketRunForTest,
  fields: Partial<typeof ORDER>,
  channel: 'phone' | 'sms' = 'phone',
) => {
  const evidence = { room: { channel, words: '3호실이요', confidence: 0.9 } }
  return handle.executeUpdate(setFields, { args: [{ fields, evidence, actor: 'ai', channel }] })
}

test('two tickets become one: the other gets what it lacks, the customer one text and no cancellation', async () => {
  await withTicket(env, async (older) => {
    await tell(older, { recipient: ORDER.recipient, orderer: '홍길동' })
    await withTicket(
      env,
      async (younger) => {
        reporting(younger)
        younger.outside.looksLike = numberOf(older)
        const { possibleDuplicateOf } = await tell(younger, ORDER, 'sms')
        expect(possibleDuplicateOf).toBe(numberOf(older))
        // The suspicion is on the screens without another change.
        expect(younger.outside.latest?.ticket.possibleDuplicateOf).toBe(numberOf(older))

        await younger.handle.executeUpdate(mergeOrder, {
          args: [{ into: numberOf(older), actor: 'customer' }],
        })
        expect(await younger.handle.result()).toMatchObject({ outcome: 'cancelled' })
        expect(younger.outside.texts).toEqual(['merged'])
        expect(younger.outside.messages[0]).toMatchObject({ mergedInto: numberOf(older) })

        const kept = await older.handle.query(snapshot)
        expect(kept.order).toEqual({ ...ORDER, orderer: '홍길동' })
        expect(kept.evidence.room).toMatchObject({ channel: 'sms', words: '3호실이요' })
        expect(kept.mergedFrom).toEqual([numberOf(younger)])
        expect(older.outside.latest?.ticket.mergedFrom).toEqual([numberOf(younger)])
        await recordHistory(env, younger.handle.workflowId, 'ticket-merged')
      },
      { input: { channel: 'sms' } },
    )
    await recordHistory(env, older.handle.workflowId, 'ticket-merge-taken')
  })
})

test('an order that is paid is not merged into another, nor cancelled as unpaid', async () => {
  await withTicket(env, async (run) => {
    await order(run)
    await pay(run)
    const into = numberOf(run).replace(/.$/, (last) => (last === '2' ? '3' : '2')) as OrderNo
    const merging = run.handle.executeUpdate(mergeOrder, { args: [{ into, actor: BOSS }] })
    expect(await refusal(merging)).toBe('already_paid')
    const cancelling = { reason: 'customer', actor: 'customer', onlyUnpaid: true }
    expect(await refusal(run.handle.executeUpdate(cancelOrder, { args: [cancelling] }))).toBe('already_paid')
    expect((await run.handle.query(snapshot)).closing).toBeNull()
  })
})

test('when the other one ended meanwhile a person decides; nothing is lost', async () => {
  const gone = await withTicket(env, async (older) => {
    await older.handle.executeUpdate(cancelOrder, { args: [{ reason: 'off', actor: BOSS }] })
    await older.handle.result()
    return numberOf(older)
  })
  await withTicket(env, async (run) => {
    reporting(run)
    await tell(run, ORDER)
    await run.handle.executeUpdate(mergeOrder, { args: [{ into: gone, actor: BOSS }] })
    await untilIssue(env, run)
    expect(run.outside.latest?.ticket.issue).toMatchObject({ step: 'tell_merge', kind: 'admin_required' })
    expect(run.outside.texts).toEqual([])
    const byHand = { action: 'complete_by_hand', note: '통화로 확인했습니다', actor: BOSS } as const
    await run.handle.executeUpdate(resolveIssue, { args: [byHand] })
    expect(await run.handle.result()).toMatchObject({ outcome: 'cancelled' })
    expect(run.outside.texts).toEqual(['merged'])
  })
})

test('what was ruled out is not suspected again, however often the database finds it', async () => {
  await withTicket(env, async (older) => {
    await withTicket(env, async (run) => {
      run.outside.looksLike = numberOf(older)
      await tell(run, { recipient: ORDER.recipient })
      await run.handle.executeUpdate(keepBoth, { args: [{ other: numberOf(older), actor: BOSS }] })
      await tell(run, { room: '9호실' })
      expect(run.outside.latest?.ticket).toMatchObject({
        possibleDuplicateOf: null,
        notSameAs: [numberOf(older)],
      })
      expect(run.outside.kinds.filter((kind) => kind === 'possible_duplicate')).toHaveLength(1)
    })
  })
})

test('further words go to the open Issue of their kind, and nowhere when there is none', async () => {
  await withTicket(env, async (run) => {
    const words = {
      kind: 'words',
      channel: 'sms',
      text: '아직도 안 왔어요',
      at: '2026-11-21T12:00:00+09:00',
    } as const
    const add = () =>
      run.handle.executeUpdate(addIssueEvidence, {
        args: [{ kind: 'delivery_delay', evidence: words, actor: 'customer' }],
      })
    expect(await refusal(add())).toBe('no_issue')
    const raised = { kind: 'delivery_delay', reason: '늦습니다', actor: 'system' } as const
    await run.handle.executeUpdate(raiseIssue, { args: [raised] })
    await add()
    await add()
    expect(run.outside.latest?.ticket.issue?.evidence).toEqual([words])
    expect((await run.handle.query(snapshot)).order).toEqual(EMPTY_ORDER)
  })
})
