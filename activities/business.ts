/** All business activities of one worker process, with what they need. */
import { join } from 'node:path'
import type { Client } from '@temporalio/client'
import type { Settings } from '../config/settings.ts'
import type { Database } from '../db/database.ts'
import { createCallActivities } from './calls.ts'
import { createFolderStore } from './file-store.ts'
import { createPaymentActivities } from './payments.ts'
import { createProjectionActivities } from './projection.ts'
import { createMessageActivities } from './sms.ts'
import { SolapiClient } from './solapi-client.ts'
import { createTicketActivities } from './tickets.ts'
import { TossClient } from './toss-client.ts'
import { createVendorActivities } from './vendor-erp.ts'
import { VendorErpClient } from './vendor-erp-client.ts'

export interface BusinessDependencies {
  readonly settings: Settings
  readonly db: Database
  readonly client: Client
}

/** Folder of our copies of delivery photos. */
const photosFolder = (settings: Pick<Settings, 'dataDir'>): string => join(settings.dataDir, 'photos')

export function createBusinessActivities({ settings, db, client }: BusinessDependencies) {
  return {
    ...createProjectionActivities(db, settings.dataKey),
    ...createMessageActivities({ db, settings, solapi: new SolapiClient(settings.solapi) }),
    ...createPaymentActivities({ db, settings, toss: new TossClient(settings.toss) }),
    ...createVendorActivities({
      db,
      erp: new VendorErpClient(settings.vendorErp),
      photos: createFolderStore(photosFolder(settings)),
    }),
    ...createTicketActivities({ client, policy: settings.order }),
    ...createCallActivities({
      database: db,
      dataKeys: settings.dataKey,
      company: settings.company,
      order: settings.order,
    }),
  }
}

export type BusinessActivities = ReturnType<typeof createBusinessActivities>
