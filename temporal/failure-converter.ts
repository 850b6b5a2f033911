/**
 * Messages and stack traces of failures are payloads too: what a party answers may name a person. Loaded by path
 * into clients, workers and the workflow bundle.
 */
import { DefaultFailureConverter } from '@temporalio/common'

export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true })
