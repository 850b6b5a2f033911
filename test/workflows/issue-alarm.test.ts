import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { issueAcknowledged, issueResolved } from '../../workflows/issue-alarm-messages.ts'
import { createTimeSkippingEnvironment } from '../support/temporal.ts'
import { ACKNOWLEDGED, UNANSWERED, withAlarm } from './issue-alarm-harness.ts'
import { prepareEnvironment } from './ticket-harness.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await prepareEnvironment(createTimeSkippingEnvironment)
})
afterAll(() => env?.teardown())

test('nobody reacts: a text after the time of gathering, then three calls, and no fourth', async () => {
  await withAlarm(env, async ({ handle, owner }) => {
    expect(await handle.result()).toBe('unheard')
    expect(owner.texts).toEqual([1])
    expect(owner.calls).toEqual([10, 15, 20])
    expect(owner.told[0]).toMatchObject({ flow: 'issue_alarm', calleeNumber: '01090001000' })
    expect(new Set(owner.told.map(({ callId }) => callId)).size).toBe(3)
    expect(owner.advised).toBe(1)
  })
})

test('who has seen it before the text is not texted at all', async () => {
  await withAlarm(env, async ({ handle, owner }) => {
    await env.sleep('30s')
    await handle.signal(issueAcknowledged)
    expect(await handle.result()).toBe('acknowledged')
    expect([owner.texts, owner.calls]).toEqual([[], []])
  })
})

test('who has seen it after the text is not called', async () => {
  await withAlarm(env, async ({ handle, owner }) => {
    await env.sleep('5m')
    await handle.signal(issueAcknowledged)
    expect(await handle.result()).toBe('acknowledged')
    expect([owner.texts, owner.calls]).toEqual([[1], []])
  })
})

test('an Issue that is resolved meanwhile goes quiet, also between two calls', async () => {
  await withAlarm(env, async ({ handle, owner }) => {
    await env.sleep('11m')
    await handle.signal(issueResolved)
    expect(await handle.result()).toBe('resolved')
    expect(owner.calls).toEqual([10])
  })
})

test('the owner takes note on the second call: every Issue it told of is acknowledged, and it stays quiet', async () => {
  await withAlarm(
    env,
    async ({ handle, owner }) => {
      expect(await handle.result()).toBe('acknowledged')
      expect(owner.calls).toEqual([10, 15])
      expect(owner.acknowledged).toEqual([[handle.workflowId.replace('alarm-', ''), 'another']])
    },
    { owner: (owner) => Object.assign(owner, { answers: [UNANSWERED, ACKNOWLEDGED] }) },
  )
})

test('the call of another alarm that tells of this Issue too takes the place of its own', async () => {
  await withAlarm(
    env,
    async ({ handle, owner }) => {
      expect(await handle.result()).toBe('unheard')
      expect(owner.calls).toEqual([])
    },
    { owner: (owner) => Object.assign(owner, { covered: true }) },
  )
})

test('a carrier that refuses the text, a call that fails and a model that is away stop nothing', async () => {
  await withAlarm(
    env,
    async ({ handle, owner }) => {
      let failing = true
      owner.fault = (activity) => {
        if (activity === 'answerCall' ? failing : true) {
          if (activity === 'answerCall') failing = false
          throw new Error('away')
        }
      }
      owner.answers = [ACKNOWLEDGED]
      expect(await handle.result()).toBe('acknowledged')
      expect(owner.acknowledged).toHaveLength(1)
      expect([owner.texts, owner.advised]).toEqual([[], 0])
    },
    {
      owner: (owner) => {
        owner.fault = (activity) => {
          if (activity !== 'answerCall') throw new Error('away')
        }
      },
    },
  )
})

test('without a number of the owner only the screens tell', async () => {
  await withAlarm(
    env,
    async ({ handle, owner }) => {
      expect(await handle.result()).toBe('unheard')
      expect(owner.calls).toEqual([])
    },
    { policy: { maxCalls: 0 } },
  )
})
