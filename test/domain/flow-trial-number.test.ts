import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readDialled } from '../../domain/agent-dialling.ts'
import { FLOW_NAMES } from '../../domain/flow-content.ts'
import { flowOfTrialNumber, trialNumberOf } from '../../domain/flow-trial-number.ts'

it.each(FLOW_NAMES)('the number of %s, if it is spoken, is its own and nobody else can have it', (flow) => {
  const number = trialNumberOf(flow)
  expect(number === null).toBe(flow === 'order_chat')
  if (number === null) return
  expect(flowOfTrialNumber(number)).toBe(flow)
  expect(readDialled(number, { allowed: [''], forbidden: [] })).toEqual({ kind: 'refused', why: 'unknown' })
})

it('what is no such number is no trial', () => {
  const others = fc.string().filter((text) => !['0001', '0002', '0003', '0004'].includes(text))
  fc.assert(
    fc.property(others, (dialled) => {
      expect(flowOfTrialNumber(dialled)).toBeNull()
    }),
  )
})
