/** The API's types as the app uses them: the only door from web/ to the rest of the repository, and for types alone. */
export type {
  Account,
  AccountChange,
  AccountList,
  FirstPassword,
  NewAccount,
} from '../../api/schemas/accounts.ts'
export type { ApiKeyList, ApiKeyView, CreatedApiKey } from '../../api/schemas/api-keys.ts'
export type {
  Board,
  BoardSort,
  BoardTotals,
  BulkRequest,
  BulkResult,
  SavedFilter,
  SavedFilterList,
  TicketFilterQuery,
} from '../../api/schemas/board.ts'
export type {
  CallConsentList,
  CallConsentView,
  ConsentHistory,
  DoNotCallChange,
  DoNotCallChanges,
  DoNotCallEntry,
  DoNotCallList,
  ErasedView,
  ImportedList,
  NewCallConsent,
} from '../../api/schemas/call-law.ts'
export type {
  Campaign,
  CampaignAnswers,
  CampaignRow,
  CampaignRows,
  NewCampaignBody as NewCampaign,
  UploadedList,
} from '../../api/schemas/campaigns.ts'
export type {
  Attachment,
  ChatThread,
  MessageView,
  NewMessage,
  ThreadCounts,
  ThreadDetail,
  ThreadList,
  ThreadSummary,
} from '../../api/schemas/chats.ts'
export type {
  FlowContentView,
  FlowDetail,
  FlowDraft,
  FlowList,
  FlowTrialView,
  FlowVersionView,
} from '../../api/schemas/flows.ts'
export type {
  IssueCounts,
  IssueDetail,
  IssueEvidenceView,
  IssueHandlingRequest,
  IssueList,
  IssueSummary,
  OrderIssues,
} from '../../api/schemas/issues.ts'
export type { LatencyView } from '../../api/schemas/latency.ts'
export type { LiveEvent } from '../../api/schemas/live-events.ts'
export type { Morning, MorningOrderView } from '../../api/schemas/morning.ts'
export type {
  OutboundAccepted,
  OutboundList,
  OutboundOptions,
  OutboundRecord,
  OutboundState,
  OutboundStats,
} from '../../api/schemas/outbound.ts'
export type {
  NewOutboundTemplate,
  OutboundTemplateList,
  OutboundTemplateView,
} from '../../api/schemas/outbound-templates.ts'
export type {
  DepositList,
  DepositView,
  MoneyToReturnList,
  MoneyToReturnView,
  ReconciliationView,
  RefundAccountView,
} from '../../api/schemas/payments.ts'
export type { Colleague, Me } from '../../api/schemas/people.ts'
export type { PersonTransfer, PersonTransferList, TransferBrief } from '../../api/schemas/person-transfers.ts'
export type { SettlementView, StatementList, StatementView } from '../../api/schemas/settlement.ts'
export type { PhoneColleagues, SoftphoneCredentialsView } from '../../api/schemas/softphone.ts'
export type { SystemInfo } from '../../api/schemas/system.ts'
export type { Capture, Gateways, Signalling } from '../../api/schemas/telephone.ts'
export type { NewTicket, Revealed, TicketActionRequest } from '../../api/schemas/ticket-requests.ts'
export type {
  CallDetail,
  CallList,
  CallSummary,
  IssueKind,
  TicketAction,
  TicketDetail,
  TicketEventView,
  TicketList,
  TicketState,
  TicketSubState,
  TicketSummary,
  TranscriptLine,
} from '../../api/schemas/tickets.ts'
export type {
  NewVendor,
  VendorChangeRequest as VendorChange,
  VendorList,
  VendorView,
} from '../../api/schemas/vendors.ts'
export type { WebhookDeliveryList } from '../../api/schemas/webhook-deliveries.ts'
export type { PersonTransferMode } from '../../domain/outbound-policy.ts'

import type { ApiKeyView, NewApiKeyBody } from '../../api/schemas/api-keys.ts'
import type { Campaign, CampaignRow, UploadedList } from '../../api/schemas/campaigns.ts'
import type { FlowDetail } from '../../api/schemas/flows.ts'
import type { SystemInfo } from '../../api/schemas/system.ts'
import type { TicketDetail, TicketSummary } from '../../api/schemas/tickets.ts'
import type { VendorList } from '../../api/schemas/vendors.ts'
import type { WebhookDeliveryView } from '../../api/schemas/webhook-deliveries.ts'

export type ApiScope = ApiKeyView['scopes'][number]
export interface CampaignList {
  readonly campaigns: readonly Campaign[]
}
export type CampaignSpeed = Campaign['speed']
export type CampaignRowState = CampaignRow['state']
export type ListColumns = NonNullable<UploadedList['columns']>
export type WebhookDelivery = WebhookDeliveryView
export type NewApiKey = NewApiKeyBody
export type FlowName = FlowDetail['flow']
export type OrderField = TicketSummary['missing'][number]
export type IssueCause = NonNullable<TicketSummary['issue_cause']>
export type Channel = TicketSummary['channel']
export type Outcome = NonNullable<TicketSummary['outcome']>
export type Issue = NonNullable<TicketDetail['issue']>
export type Payment = TicketDetail['payments'][number]
export type Deposit = TicketDetail['deposits'][number]
export type Refund = TicketDetail['refunds'][number]
export type PurchaseOrder = TicketDetail['purchase_orders'][number]
export type Delivery = TicketDetail['deliveries'][number]
export type FieldEvidence = NonNullable<TicketDetail['evidence'][OrderField]>
export type VendorInList = VendorList['vendors'][number]
export type VendorMethod = VendorInList['methods'][number]
export type Party = SystemInfo['parties'][number]['name']
