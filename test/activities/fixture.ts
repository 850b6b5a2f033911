/** The real clients and tables against the stand-ins of the outside world. */
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { SharedBrowser } from '../../activities/browser/shared-browser.ts'
import { createFolderStore } from '../../activities/file-store.ts'
import { createPaymentActivities } from '../../activities/payments.ts'
import { createMessageActivities } from '../../activities/sms.ts'
import { SolapiClient } from '../../activities/solapi-client.ts'
import { TossClient } from '../../activities/toss-client.ts'
import { createVendorActivities } from '../../activities/vendor/activities.ts'
import { createApiDoor } from '../../activities/vendor/api-door.ts'
import { createBrowserDoor } from '../../activities/vendor/browser-door.ts'
import { VendorErpClient } from '../../activities/vendor/erp-client.ts'
import { loadSettings, type Settings } from '../../config/settings.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import { projectTicket } from '../../db/queries/ticket-projection.ts'
import { makeOrderNo, type OrderNo } from '../../domain/ids.ts'
import { koreanIso } from '../../domain/korean-time.ts'
import { Ticket } from '../../domain/ticket.ts'
import { FaultRegistry } from '../../simulators/faults.ts'
import { type RunningWorld, startWorld } from '../../simulators/world.ts'
import { ORDER, POLICY } from '../domain/order-fixture.ts'

const HOUR_MS = 3_600_000

/** @param createTestDatabase of test/support: a test file that names it gets a Postgres. */
export async function startOutside(
  createTestDatabase: () => Promise<{ readonly url: string; readonly drop: () => Promise<void> }>,
) {
  const dataDir = mkdtempSync(join(tmpdir(), 'daeri-activities-'))
  const base = loadSettings({ DAERI_DATA_DIR: dataDir, LOG_LEVEL: 'silent' })
  const faults = new FaultRegistry()
  const world = await startWorld({
    settings: base,
    logger: pino({ level: 'silent' }),
    port: 0,
    faults,
    pace: { erpStepMs: HOUR_MS, smsDeliveryMs: 1, webhookRetryMs: [] },
  })
  const settings = reachWorld(base, world)
  const { url, drop } = await createTestDatabase()
  const db = createDatabase(url)
  const photos = createFolderStore(join(dataDir, 'photos'))
  const erp = new VendorErpClient(settings.vendorErp)
  const browser = new SharedBrowser()
  return {
    db,
    url,
    settings,
    world,
    faults,
    photos,
    messages: createMessageActivities({ db, settings, photos, solapi: new SolapiClient(settings.solapi) }),
    payments: createPaymentActivities({ db, settings, toss: new TossClient(settings.toss) }),
    vendor: createVendorActivities({
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
    json: async <Answer>(path: string, init?: RequestInit): Promise<Answer> =>
      (await (await fetch(`${world.origin}${path}`, init)).json()) as Answer,
    stop: async () => {
      await browser.close()
      await db.destroy()
      await world.stop()
      await drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
export type TestOutside = Awaited<ReturnType<typeof startOutside>>

function reachWorld(base: Settings, world: RunningWorld): Settings {
  return {
    ...base,
    toss: { ...base.toss, apiUrl: `${world.origin}/toss` },
    solapi: { ...base.solapi, apiUrl: `${world.origin}/solapi` },
    vendorErp: {
      ...base.vendorErp,
      url: `${world.origin}/vendor-erp`,
      web: { ...base.vendorErp.web, url: `${world.origin}/vendor-erp` },
    },
  }
}

let count = 0

/** Writes a complete order as its ticket would. */
export async function projectOrder(db: Database, settings: Settings): Promise<OrderNo> {
  count += 1
  const orderNo = makeOrderNo('261121', [count / 32, 0, 0, 0])
  const deed = { actor: 'system', at: koreanIso(Date.parse('2026-11-21T03:00:00Z')) }
  const ticket = Ticket.open(
    { orderNo, channel: 'phone', callId: null, customerPhone: '01012345678', policy: POLICY },
    deed,
  ).setFields({ ...deed, fields: ORDER, evidence: {}, channel: 'phone', callId: null })
  await projectTicket(db, settings.dataKey, {
    workflowId: `ticket-${orderNo}`,
    ticket: ticket.data,
    events: ticket.events,
  })
  return orderNo
}
