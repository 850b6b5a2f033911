/** All business activities of one worker process, with what they need. */
import { join } from 'node:path'
import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import { createAgentCallActivities } from './agent-calls.ts'
import { createAttachmentActivities } from './attachments.ts'
import { BankFeedClient } from './bank-feed-client.ts'
import type { SharedBrowser } from './browser/shared-browser.ts'
import { createCallActivities } from './calls.ts'
import { createCampaignActivities } from './campaigns.ts'
import { createChatTableActivities } from './chat.ts'
import { createChatDeliveryActivities } from './chat-delivery.ts'
import { createDialogueModel } from './claude/dialogue-model.ts'
import { createCutOffActivities } from './cut-off-calls.ts'
import { createDepositActivities } from './deposits.ts'
import { createFolderStore, openAttachmentStore } from './file-store.ts'
import { createFlowActivities } from './flows.ts'
import { createIssueAdviceActivities } from './issue-advice.ts'
import { createIssueAlarmActivities } from './issue-alarm.ts'
import { createMorningActivities } from './morning.ts'
import { createOutboundRequestActivities } from './outbound-requests.ts'
import { createOwnerTexts } from './owner-texts.ts'
import { createPaymentActivities } from './payments.ts'
import { createPersonTransferActivities } from './person-transfers.ts'
import { createProjectionActivities } from './projection.ts'
import { createReconciliationActivities } from './reconciliation.ts'
import { createReturnNotices } from './return-notice.ts'
import { createServiceActivities } from './service.ts'
import { createMessageActivities } from './sms.ts'
import { SolapiClient } from './solapi-client.ts'
import { tellOfDeposit, tellOfPayment } from './ticket-money.ts'
import { createTicketActivities } from './tickets.ts'
import { TossClient } from './toss-client.ts'
import { createVendorActivities } from './vendor/activities.ts'
import { createApiDoor } from './vendor/api-door.ts'
import { createBrowserDoor } from './vendor/browser-door.ts'
import { VendorErpClient } from './vendor/erp-client.ts'

export interface BusinessDependencies {
  readonly settings: Settings
  readonly db: Database
  readonly client: Client
  /** For web pages of outside parties; whoever made it closes it. */
  readonly browser: SharedBrowser
  readonly logger: Logger
}

/** Folder of our copies of delivery photos, and of pictures that prove something. */
const photosFolder = (settings: Pick<Settings, 'dataDir'>): string => join(settings.dataDir, 'photos')

export function createBusinessActivities({ settings, db, client, browser, logger }: BusinessDependencies) {
  const { dataKey: keys, company, order, smsInbound } = settings
  const solapi = new SolapiClient(settings.solapi)
  const photos = createFolderStore(photosFolder(settings))
  const textOwner = createOwnerTexts({ db, solapi, settings })
  const toss = new TossClient(settings.toss)
  const payments = createPaymentActivities({ db, settings, toss })
  const messages = createMessageActivities({ db, settings, photos, solapi })
  const erp = new VendorErpClient(settings.vendorErp)
  return {
    ...createProjectionActivities(db, settings.dataKey),
    ...messages,
    ...createChatTableActivities({ db, keys, company, order }),
    ...createChatDeliveryActivities({ db, keys, company, solapi }),
    ...createAttachmentActivities({ db, keys, smsInbound, files: openAttachmentStore(settings) }),
    ...payments,
    ...createDepositActivities({
      db,
      settings,
      bank: new BankFeedClient(settings.bankFeed),
      tell: tellOfDeposit(client),
    }),
    ...createReconciliationActivities({
      db,
      settings,
      toss,
      tell: tellOfPayment(client),
      refund: payments.refundPayment,
      now: Date.now,
    }),
    ...createReturnNotices({ db, dataKeys: keys, messages, policy: order }),
    ...createFlowActivities(db, settings),
    ...createVendorActivities({
      db,
      settings,
      doors: {
        api: createApiDoor(erp),
        browser: createBrowserDoor({
          browser,
          pages: settings.vendorErp.web,
          evidence: photos,
        }),
      },
      erp,
      photos,
    }),
    ...createTicketActivities({ client, policy: settings.order }),
    ...createMorningActivities({ db, settings, textOwner }),
    ...createIssueAlarmActivities({ db, settings, textOwner, client }),
    ...createIssueAdviceActivities({ db, settings, model: createDialogueModel(settings, logger) }),
    ...createServiceActivities({ client, db, dataKeys: settings.dataKey, messages, policy: settings.order }),
    ...createAgentCallActivities({ database: db, settings }),
    ...createOutboundRequestActivities(db, settings.dataKey, settings.outbound.webhook !== null),
    ...createPersonTransferActivities({ db, settings }),
    ...createCampaignActivities({ db, settings, client, textOwner }),
    ...createCutOffActivities({ database: db, settings }),
    ...createCallActivities({
      database: db,
      dataKeys: settings.dataKey,
      company: settings.company,
      order: settings.order,
      prices: settings.prices,
      latencyAlarm: settings.latencyAlarm,
    }),
  }
}

export type BusinessActivities = ReturnType<typeof createBusinessActivities>
