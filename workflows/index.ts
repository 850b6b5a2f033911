/** Every workflow of the bundle. */
export { chatThread } from './chat-thread.ts'
export { inboundCall } from './inbound-call.ts'
export { issueAlarm } from './issue-alarm.ts'
export { missedCall } from './missed-call.ts'
export { bankFeed, reconciliation, returnNotice } from './money-watch.ts'
export { morningDigest } from './morning-digest.ts'
export { outboundCall } from './outbound-call.ts'
export { ticket } from './ticket.ts'
