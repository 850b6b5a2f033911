/** The rules between a ticket and the vendor: purchase order, edits that are shared, delivery. */
import type { OrderFields } from './order.ts'
import { TicketBank } from './ticket-bank.ts'
import type { VendorAsked } from './ticket-data.ts'
import type { Deed } from './ticket-events.ts'
import { unsharedAfterPlacing, unsharedAfterSharing } from './unshared-edits.ts'
import type { VendorMethod } from './vendor.ts'

const NEVER_ASKED: VendorAsked = { calls: 0, unheard: 0, lastAt: null, heardAt: null }

/** The part of `Ticket` that speaks of the vendor. */
export abstract class TicketVendor extends TicketBank {
  /** Reference of the purchase order that comes next. */
  get nextReference(): string {
    return `${this.data.orderNo}-${this.data.purchaseOrders + 1}`
  }

  /** The order is about to be sent; until an answer is certain the vendor may have it. */
  purchaseOrderSent(): this {
    if (this.data.purchaseOrderSent !== null) return this
    const { order } = this.data
    return this.change({ purchaseOrderSent: { reference: this.nextReference, order } })
  }

  /** A call about it settled nothing: whoever calls next asks first whether they have it. */
  purchaseOrderTold(): this {
    const { purchaseOrderSent } = this.data
    if (purchaseOrderSent === null || purchaseOrderSent.toldByPhone === true) return this
    return this.change({ purchaseOrderSent: { ...purchaseOrderSent, toldByPhone: true } })
  }

  /**
   * The vendor has the order.
   * @param placed.found an earlier try had reached the vendor, which has the order as it was then.
   * @param placed.order what was sent: edits made meanwhile are still to be shared.
   * @param placed.asItMayBe of a found order: as the vendor may have it, whichever try came through.
   */
  purchaseOrderPlaced(
    placed: Deed & {
      readonly reference: string
      readonly erpOrderId: string | null
      readonly found: boolean
      readonly order: OrderFields
      readonly asItMayBe?: OrderFields
      /** How it came there; absent where it was found or from before there was a choice. */
      readonly method?: VendorMethod
      /** Won, what this vendor gets; absent: as it was. */
      readonly costWon?: number
    },
  ): this {
    return this.change(
      {
        purchaseOrder: { reference: placed.reference, erpOrderId: placed.erpOrderId, placedAt: placed.at },
        purchaseOrders: this.data.purchaseOrders + 1,
        purchaseOrderSent: null,
        costWon: placed.costWon ?? this.data.costWon,
        unshared: unsharedAfterPlacing(
          placed.found
            ? (placed.asItMayBe ?? this.data.purchaseOrderSent?.order ?? placed.order)
            : placed.order,
          this.data.order,
        ),
      },
      placed,
      {
        kind: 'po_placed',
        data: {
          reference: placed.reference,
          erp_order_id: placed.erpOrderId,
          found: placed.found,
          ...(placed.method === undefined ? {} : { method: placed.method }),
        },
      },
    ).moveTo('po_placed', placed)
  }

  /** Nobody could be reached; it is tried again until the time given. */
  vendorOut(out: Deed & { readonly methods: readonly VendorMethod[]; readonly until: string }): this {
    const { methods, until } = out
    return this.change({}, out, { kind: 'vendor_out', data: { methods, until } })
  }

  purchaseOrderRefused(
    refused: Deed & { readonly reference: string; readonly code: string; readonly reason: string },
  ): this {
    const { reference, code, reason } = refused
    return this.change({ purchaseOrderSent: null }, refused, {
      kind: 'po_refused',
      data: { reference, code, reason },
    })
  }

  /** The vendor took the edits that were sent; later ones stay unshared. */
  editShared(shared: Deed & { readonly fields: Partial<OrderFields> }): this {
    const unshared = unsharedAfterSharing(this.data.unshared, shared.fields, this.data.order)
    return this.change({ unshared }, shared, {
      kind: 'edit_shared',
      data: { erp_order_id: this.data.purchaseOrder?.erpOrderId ?? null },
    })
  }

  /** What the vendor says of the order now; a word we don't know is told and nothing follows from it. */
  vendorReported(
    report: Deed & { readonly status: string; readonly departed: boolean; readonly unknown?: true },
  ): this {
    const reported =
      report.status === this.data.vendorStatus
        ? this
        : this.change({ vendorStatus: report.status }, report, {
            kind: 'vendor_status',
            data: { status: report.status, ...(report.unknown === true ? { unknown: true } : {}) },
          })
    return report.departed && reported.data.subState === 'po_placed'
      ? reported.moveTo('in_delivery', report)
      : reported
  }

  /** This vendor has no door: they are asked by phone from now on, or no longer. */
  followedByPhone(isByPhone: boolean): this {
    if (isByPhone === (this.data.vendorAsked !== null)) return this
    return this.change({ vendorAsked: isByPhone ? NEVER_ASKED : null })
  }

  /** A call about how far it is. @param asked.heard the vendor told it. */
  vendorPhoned(asked: { readonly at: string; readonly heard: boolean }): this {
    const { calls, unheard, heardAt } = this.data.vendorAsked ?? NEVER_ASKED
    const { at, heard } = asked
    const vendorAsked = {
      calls: calls + 1,
      unheard: heard ? 0 : unheard + 1,
      lastAt: at,
      heardAt: heard ? at : heardAt,
    }
    return this.change({ vendorAsked })
  }

  /** A person looks after it; when they want it followed again, the vendor is called as if anew. */
  vendorLeftToPerson(): this {
    const { vendorAsked } = this.data
    return vendorAsked === null
      ? this
      : this.change({ vendorAsked: { ...vendorAsked, calls: 0, unheard: 0 } })
  }

  protected arrived(report: Deed & { readonly deliveredAt: string; readonly photoUrl: string | null }): this {
    const departed = this.data.subState === 'po_placed' ? this.moveTo('in_delivery', report) : this
    return departed
      .change(
        {
          deliveredAt: report.deliveredAt,
          photoUrl: report.photoUrl,
          photoSettled: report.photoUrl === null,
        },
        report,
        {
          kind: 'delivered',
          data: { delivered_at: report.deliveredAt, photo: report.photoUrl !== null },
        },
      )
      .moveTo('delivered', report)
  }

  /** @param photoKey of our copy; null: the ticket goes on without a photo. */
  photoFetched(photoKey: string | null): this {
    return this.change({ photoKey, photoSettled: true })
  }
}
