/** The baseline: a workflow without content that takes as many steps, of the same kinds and in the same order. */
import {
  CancellationScope,
  condition,
  defineSignal,
  defineUpdate,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow'
import { TICKET_STATE } from '../../temporal/search-attributes.ts'
import type { Step } from './actions.ts'

interface EmptyActivities {
  nothing(): Promise<void>
}
const { nothing } = proxyActivities<EmptyActivities>({ startToCloseTimeout: '30s' })
const { nothing: nothingLocal } = proxyLocalActivities<EmptyActivities>({ startToCloseTimeout: '10s' })

/** Both do nothing but be counted. */
export const emptyUpdate = defineUpdate<void, []>('emptyUpdate')
export const emptySignal = defineSignal('emptySignal')

export async function emptySteps(steps: readonly Step[]): Promise<void> {
  let updates = 0
  let signals = 0
  setHandler(emptyUpdate, () => {
    updates += 1
  })
  setHandler(emptySignal, () => {
    signals += 1
  })
  let updatesWanted = 0
  let signalsWanted = 0
  for (const step of steps) {
    switch (step.kind) {
      case 'activity':
      case 'child_workflow':
        await nothing()
        break
      case 'local_activity':
        await nothingLocal()
        break
      case 'timer':
        if (step.fired) await sleep(step.ms)
        else startAndCancelTimer(step.ms)
        break
      case 'search_attributes':
        upsertSearchAttributes([{ key: TICKET_STATE, value: 'todo' }])
        break
      case 'update': {
        updatesWanted += 1
        const wanted = updatesWanted
        await condition(() => updates >= wanted)
        break
      }
      case 'signal': {
        signalsWanted += 1
        const wanted = signalsWanted
        await condition(() => signals >= wanted)
        break
      }
    }
  }
}

function startAndCancelTimer(ms: number): void {
  const scope = new CancellationScope()
  scope.run(() => sleep(ms)).catch(() => {})
  // In the next workflow task, so that the server really sees a timer.
  void condition(() => true).then(() => scope.cancel())
}
