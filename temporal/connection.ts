/** How every process reaches Temporal: same address, namespace and payload encryption everywhere. */
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import type { DataConverter } from '@temporalio/common'
import { NativeConnection } from '@temporalio/worker'
import type { Settings } from '../config/settings.ts'
import { EncryptionCodec } from './payload-codec.ts'

/** Module of the failure converter; the workflow bundle takes it in. */
export const FAILURE_CONVERTER = fileURLToPath(new URL('./failure-converter.ts', import.meta.url))

type TemporalSettings = Pick<Settings, 'temporal' | 'dataKey'>

/** Encrypts what goes to Temporal; clients and workers must use the same. */
export function dataConverter(settings: Pick<Settings, 'dataKey'>): DataConverter {
  return {
    payloadCodecs: [new EncryptionCodec([settings.dataKey])],
    failureConverterPath: FAILURE_CONVERTER,
  }
}

/** Cloud addresses need TLS; with an API key it is on. */
function connectionOptions(settings: TemporalSettings) {
  const { address, apiKey } = settings.temporal
  return apiKey === undefined ? { address } : { address, apiKey, tls: true }
}

/**
 * A client in our namespace. Close it with `client.connection.close()`.
 * @throws when the server can't be reached within ten seconds.
 */
export async function connectClient(settings: TemporalSettings): Promise<Client> {
  const connection = await Connection.connect({ ...connectionOptions(settings), connectTimeout: '10s' })
  return createClient(connection, settings)
}

/** A client whose connection is made on the first call: for processes that must start while Temporal is away. */
export function createLazyClient(settings: TemporalSettings): Client {
  return createClient(Connection.lazy(connectionOptions(settings)), settings)
}

function createClient(connection: Connection, settings: TemporalSettings): Client {
  return new Client({
    connection,
    namespace: settings.temporal.namespace,
    dataConverter: dataConverter(settings),
  })
}

/** The connection workers poll on. Close it after the worker has ended. */
export function connectWorkerConnection(settings: TemporalSettings): Promise<NativeConnection> {
  return NativeConnection.connect(connectionOptions(settings))
}
