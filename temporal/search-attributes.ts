/**
 * Search attributes of our workflows and their registration. They are never encrypted: nothing here may
 * identify a person. Pure, so that workflow code can import the keys.
 */
import type { ConnectionLike } from '@temporalio/client'
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common'

export const TICKET_STATE = defineSearchAttributeKey('TicketState', 'KEYWORD')
export const TICKET_SUB_STATE = defineSearchAttributeKey('TicketSubState', 'KEYWORD')
export const ISSUE_KIND = defineSearchAttributeKey('IssueKind', 'KEYWORD')
export const ORDER_NO = defineSearchAttributeKey('OrderNo', 'KEYWORD')
export const CAMPAIGN_ID = defineSearchAttributeKey('CampaignId', 'KEYWORD')
export const CAMPAIGN_STATE = defineSearchAttributeKey('CampaignState', 'KEYWORD')

/** Those of a ticket that begins, so that the workflow need not set them itself. */
export const newTicketAttributes = (orderNo: string): SearchAttributePair[] => [
  { key: ORDER_NO, value: orderNo },
  { key: TICKET_STATE, value: 'todo' },
  { key: TICKET_SUB_STATE, value: 'order_received' },
]

/** Those of a campaign that begins. */
export const newCampaignAttributes = (campaignId: string): SearchAttributePair[] => [
  { key: CAMPAIGN_ID, value: campaignId },
  { key: CAMPAIGN_STATE, value: 'running' },
]

const KEYS = [TICKET_STATE, TICKET_SUB_STATE, ISSUE_KIND, ORDER_NO, CAMPAIGN_ID, CAMPAIGN_STATE]

/** `temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD`. */
const INDEXED_VALUE_TYPE_KEYWORD = 2

/** Registers what the namespace does not know yet; doing it again changes nothing. */
export async function ensureSearchAttributes(connection: ConnectionLike, namespace: string): Promise<void> {
  const known = await connection.operatorService.listSearchAttributes({ namespace })
  const missing = KEYS.filter((key) => known.customAttributes?.[key.name] === undefined)
  if (missing.length > 0) await addSearchAttributes(connection, namespace, missing)
}

/** Registers on a server that has none of them yet (the one that skips time can't list them). */
export async function addSearchAttributes(
  connection: ConnectionLike,
  namespace: string,
  keys: readonly { readonly name: string }[] = KEYS,
): Promise<void> {
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(keys.map((key) => [key.name, INDEXED_VALUE_TYPE_KEYWORD])),
  })
}
