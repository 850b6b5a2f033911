/** The parts that routes work with. */
import type { Logger } from 'pino'
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import type { SignIn } from './auth/sign-in.ts'
import type { CallWorkflows } from './call-workflows.ts'
import type { CampaignWorkflows } from './campaign-workflows.ts'
import type { ChatWorkflows } from './chat-workflows.ts'
import type { LiveEvents } from './events/live-events.ts'
import type { FlowTrials } from './flow-trials.ts'
import type { IssueAlarms } from './issue-alarms.ts'
import type { MoneyWorkflows } from './money-workflows.ts'
import type { OutboundWorkflows } from './outbound-workflows.ts'
import type { TicketWorkflows } from './ticket-workflows.ts'

/** Everything the API works with; made in main.ts, or by a test. */
export interface ApiDependencies {
  readonly settings: Settings
  readonly logger: Logger
  readonly database: Database
  readonly signIn: SignIn
  readonly tickets: TicketWorkflows
  readonly chats: ChatWorkflows
  readonly calls: CallWorkflows
  readonly trials: FlowTrials
  readonly outbound: OutboundWorkflows
  readonly campaigns: CampaignWorkflows
  readonly alarms: IssueAlarms
  readonly money: MoneyWorkflows
  readonly events: LiveEvents
  /** Folder of the built web app. */
  readonly webFolder: string
  readonly now: () => Date
}
