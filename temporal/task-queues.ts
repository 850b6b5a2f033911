/** Names of all task queues; nowhere else is one spelled out. */
export const TASK_QUEUES = {
  /** Workflows and business activities. */
  business: 'business',
  /** `takeTurn` of any dialogue worker; a warm worker also serves `dialogueWorkerQueue(id)`. */
  dialogue: 'dialogue',
  /** Outbound legs: any gateway with a free channel dials. */
  legs: 'media-legs',
  /** Legs of calls that somebody asked for, by priority: a gateway takes only so many at once. */
  outboundLegs: 'outbound-legs',
} as const

/** Turns of a leg stick to the dialogue worker that already holds its socket and speech session. */
export const dialogueWorkerQueue = (workerId: string): string => `dialogue-${workerId}`
/** Inbound legs: only the host that received the INVITE can answer it. */
export const gatewayLegsQueue = (host: string): string => `gateway-${host}-legs`
/** Short operations on a leg that lives on this host: hang up, play, bridge. */
export const gatewayQueue = (host: string): string => `gateway-${host}`
