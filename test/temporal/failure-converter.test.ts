import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common'
import { expect, test } from 'vitest'
import { dataConverter } from '../../temporal/connection.ts'
import { failureConverter } from '../../temporal/failure-converter.ts'

test('what a failure says is a payload, which the codec encrypts', () => {
  const error = ApplicationFailure.nonRetryable('no such number: 01012345678', 'Refused')
  const failure = failureConverter.errorToFailure(error, defaultPayloadConverter)
  expect([failure.message, failure.stackTrace]).toEqual(['Encoded failure', ''])
  expect(failure.encodedAttributes).toBeDefined()
  const again = failureConverter.failureToError(failure, defaultPayloadConverter)
  expect(again.message).toBe('no such number: 01012345678')
})

test('every client and worker uses it', () => {
  expect(dataConverter({ dataKey: '00'.repeat(32) }).failureConverterPath).toMatch(/failure-converter\.ts$/)
})
