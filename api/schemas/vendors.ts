/** Vendors as the API shows and takes them. */
import { z } from '@hono/zod-openapi'
import { VENDOR_METHODS } from '../../domain/vendor.ts'

export const vendorMethodSchema = z.enum(VENDOR_METHODS)
/** The preferred one first, each once. */
const methodsSchema = z
  .array(vendorMethodSchema)
  .min(1)
  .refine((methods) => new Set(methods).size === methods.length, 'each way once')

export const vendorSchema = z
  .object({
    id: z.number().int(),
    name: z.string(),
    methods: z.array(vendorMethodSchema),
    /** National digits: a number of ours to call, shown to the owner only. */
    phone: z.string().nullable(),
    /** Won for one wreath. */
    cost: z.number().int(),
    active: z.boolean(),
    /** Gets new orders. */
    is_default: z.boolean(),
  })
  .openapi('Vendor')
export type VendorView = z.infer<typeof vendorSchema>

/** How a vendor did in the last 30 days. */
export const vendorFiguresSchema = z
  .object({
    orders: z.number().int().describe('purchase orders, also those that never reached the vendor'),
    refused: z.number().int(),
    out: z.number().int().describe('had to wait, or never got there: the vendor was out of reach'),
    delivered: z.number().int(),
    ways: z.object({ api: z.number().int(), browser: z.number().int(), phone: z.number().int() }),
  })
  .openapi('VendorFigures')

export const vendorListSchema = z
  .object({ vendors: z.array(vendorSchema.extend({ last_30_days: vendorFiguresSchema })) })
  .openapi('VendorList')
export type VendorList = z.infer<typeof vendorListSchema>

const phoneText = z
  .string()
  .transform((text) => text.replace(/\D/g, ''))
  .pipe(z.string().regex(/^\d{8,11}$/, 'a Korean number has 8 to 11 digits'))

export const newVendorSchema = z.object({
  name: z.string().trim().min(1).max(60),
  methods: methodsSchema,
  phone: phoneText.nullable().default(null),
  cost: z.number().int().min(1).max(10_000_000),
})
export type NewVendor = z.input<typeof newVendorSchema>

/** What is given is changed. The one that gets new orders stays the default until another is made it. */
export const vendorChangeSchema = z.strictObject({
  name: z.string().trim().min(1).max(60).optional(),
  methods: methodsSchema.optional(),
  phone: phoneText.nullable().optional(),
  cost: z.number().int().min(1).max(10_000_000).optional(),
  active: z.boolean().optional(),
  is_default: z.literal(true).optional(),
})
export type VendorChange = z.infer<typeof vendorChangeSchema>
export type VendorChangeRequest = z.input<typeof vendorChangeSchema>
