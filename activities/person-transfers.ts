/** Whom a call of the AI is put through to, and what is kept of it. */
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import { deskPhones } from '../db/queries/agent-phones.ts'
import { recordPersonTransfer } from '../db/queries/person-transfers.ts'
import { readDialled } from '../domain/agent-dialling.ts'
import { TRANSFER_TO_DESK } from '../domain/outbound-policy.ts'
import { findPhone, type GatewaySettings } from './gateway-phones.ts'
import type { PersonTransferActivities, TransferTarget } from './person-transfer-types.ts'

export interface PersonTransferDependencies {
  readonly db: Database
  readonly settings: GatewaySettings & Pick<Settings, 'agentCalls' | 'dataKey'>
}

/** Each is asked about at each gateway, so many at a time: who never talks comes first, and is mostly away. */
const ASKED_AT_ONCE = 50

export function createPersonTransferActivities({
  db,
  settings,
}: PersonTransferDependencies): PersonTransferActivities {
  return {
    findTransferTarget: async ({ to, tried }) =>
      to === TRANSFER_TO_DESK ? await atTheDesk(db, settings, tried) : outside(to, settings),
    recordTransfer: (record) => recordPersonTransfer(db, settings.dataKey, record),
  }
}

async function atTheDesk(
  db: Database,
  settings: GatewaySettings,
  tried: readonly string[],
): Promise<TransferTarget> {
  const idle = (await deskPhones(db)).filter(({ extension }) => !tried.includes(extension))
  for (let from = 0; from < idle.length; from += ASKED_AT_ONCE) {
    const phones = await Promise.all(
      idle.slice(from, from + ASKED_AT_ONCE).map(async (phone) => {
        const gatewayHost = await findPhone(settings, phone.extension)
        return gatewayHost === null ? null : { kind: 'phone' as const, ...phone, gatewayHost }
      }),
    )
    const found = phones.find((phone) => phone !== null)
    if (found !== undefined) return found
  }
  return { kind: 'nobody' }
}

/** The same numbers as our own people may dial. */
function outside(to: string, { agentCalls }: PersonTransferDependencies['settings']): TransferTarget {
  const read = readDialled(to, agentCalls)
  return read.kind === 'number' ? { kind: 'outside', number: read.number } : { kind: 'nobody' }
}
