/** What starts the workflow of a requested call, as far as it follows from the settings and from what the row remembers. */
import { CAMPAIGN_KINDS } from '../domain/campaign.ts'
import { campaignWords } from '../domain/campaign-words.ts'
import { type OutboundSettings, TRANSFER_TO_NOBODY } from '../domain/outbound-policy.ts'
import type { OutboundRequest } from '../domain/outbound-request.ts'
import type { OutboundPolicy } from '../workflows/outbound-request-messages.ts'

/**
 * @param metadata of the request: calls of a campaign say what they have to.
 * @param wanted what the request says of people on the line.
 */
export function outboundPolicyOf(
  outbound: OutboundSettings,
  metadata: unknown,
  wanted: Pick<OutboundRequest, 'transferTo' | 'transferMode'> = {},
): OutboundPolicy {
  const { ringSeconds, maxTurns, retry, words, checksCompletion, machine, machineMessage } = outbound
  const { saveTranscript, saveRecording, generateSummary } = outbound
  const kind = kindOf(metadata)
  const { transferTo: to = outbound.transfer.to, transferMode: mode = outbound.transfer.mode } = wanted
  return {
    ringTimeoutSeconds: ringSeconds,
    maxTurns,
    retry,
    words: kind === undefined ? words : campaignWords(words, kind),
    machine,
    machineMessage,
    checksCompletion,
    saveTranscript,
    saveRecording,
    generateSummary,
    ...(to === TRANSFER_TO_NOBODY ? {} : { transfer: { ...outbound.transfer, to, mode } }),
  }
}

const kindOf = (metadata: unknown) =>
  typeof metadata === 'object' &&
  metadata !== null &&
  'campaign_id' in metadata &&
  'campaign_kind' in metadata
    ? CAMPAIGN_KINDS.find((kind) => kind === metadata.campaign_kind)
    : undefined
