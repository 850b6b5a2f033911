/**
 * Search attributes of our workflows and their registration. They are never encrypted: nothing here may
 * identify a person. Pure, so that workflow code can import the keys.
 */
import type { ConnectionLike } from '@temporalio/client'
import { defineSearchAttributeKey } from '@temporalio/common'

export const TICKET_STATE = defineSearchAttributeKey('TicketState', 'KEYWORD')
export const TICKET_SUB_STATE = defineSearchAttributeKey('TicketSubState', 'KEYWORD')
export const ISSUE_KIND = defineSearchAttributeKey('IssueKind', 'KEYWORD')
export const ORDER_NO = defineSearchAttributeKey('OrderNo', 'KEYWORD')

const KEYS = [TICKET_STATE, TICKET_SUB_STATE, ISSUE_KIND, ORDER_NO]

/** `temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD`. */
const INDEXED_VALUE_TYPE_KEYWORD = 2

/** Registers what the namespace does not know yet; doing it again changes nothing. */
export async function ensureSearchAttributes(connection: ConnectionLike, namespace: string): Promise<void> {
  const known = await connection.operatorService.listSearchAttributes({ namespace })
  const missing = KEYS.filter((key) => known.customAttributes?.[key.name] === undefined)
  if (missing.length === 0) return
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map((key) => [key.name, INDEXED_VALUE_TYPE_KEYWORD])),
  })
}
