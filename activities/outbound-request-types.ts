/** What the workflow of a requested call asks of the database. */
import type { OutboundSnapshot } from '../domain/outbound-snapshot.ts'

export interface OutboundRequestActivities {
  /** Repeating it, or an older one after a newer one, changes nothing. */
  recordOutbound(snapshot: OutboundSnapshot): Promise<void>
}
