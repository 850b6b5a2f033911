/** The ways to a vendor. */
export const VENDOR_METHODS = ['api', 'browser', 'phone'] as const
/** The vendor's REST interface, the web pages of their system, a call to their clerk. */
export type VendorMethod = (typeof VENDOR_METHODS)[number]
