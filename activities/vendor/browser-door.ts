/** The vendor's web pages as a door: what a clerk of ours would do by hand, with a picture of each result. */
import { randomBytes } from 'node:crypto'
import type { SharedBrowser } from '../browser/shared-browser.ts'
import type { FileStore } from '../file-store.ts'
import { DoorError, type DoorOrder, type VendorDoor } from './door.ts'
import type { ErpOrder, ErpOrderChange } from './erp-client.ts'
import { ErpPages } from './erp-pages.ts'

export interface BrowserDoorDependencies {
  readonly browser: SharedBrowser
  readonly pages: { readonly url: string; readonly user: string; readonly password: string }
  /** Where pictures are kept. */
  readonly evidence: FileStore
}

export function createBrowserDoor({ browser, pages, evidence }: BrowserDoorDependencies): VendorDoor {
  /** @param about names the pictures: a reference or the vendor's number. */
  function visit<Result>(about: string, act: (visit: ErpPages) => Promise<Result>): Promise<Result> {
    return browser.withContext(async (context) => {
      const keep = async (picture: Uint8Array): Promise<string> => {
        const key = `${about.replace(/[^A-Za-z0-9-]/g, '')}-page-${randomBytes(4).toString('hex')}.png`
        await evidence.put(key, picture)
        return key
      }
      const erp = new ErpPages(await context.newPage(), { ...pages, keep })
      await erp.signIn()
      return act(erp)
    })
  }

  async function seen(erp: ErpPages, order: Promise<ErpOrder>): Promise<DoorOrder> {
    return { order: await order, pictures: erp.pictures }
  }

  return {
    method: 'browser',
    find: (reference) =>
      visit(reference, async (erp) => {
        const orderId = await erp.find(reference)
        return orderId === null ? null : erp.read(orderId)
      }),
    // The list is looked through once more in the same visit: another door may have been at it meanwhile.
    place: (order) =>
      visit(order.reference, async (erp) => {
        const known = await erp.find(order.reference)
        const there = known === null ? null : await erp.read(known)
        return there === null ? seen(erp, erp.place(order)) : { order: there, pictures: [] }
      }),
    read: (orderId) => visit(orderId, (erp) => erp.read(orderId)),
    edit: (orderId, change) =>
      visit(orderId, (erp) => seen(erp, erp.changeRibbon(orderId, ribbonOf(change)))),
    cancel: (orderId) => visit(orderId, (erp) => seen(erp, erp.cancel(orderId))),
  }
}

/** The pages offer one thing to change. */
function ribbonOf(change: ErpOrderChange): string {
  const { ribbon_text: ribbon, ...others } = change
  if (ribbon !== undefined && Object.keys(others).length === 0) return ribbon
  throw new DoorError('NOT_POSSIBLE_HERE', '외주업체 웹 화면에서는 리본 문구만 바꿀 수 있습니다.')
}
