/** Vendors: how each is reached, in which order, and what it gets. The owner's business only. */
import { createRoute, z } from '@hono/zod-openapi'
import {
  addVendor,
  listVendors,
  updateVendor,
  type VendorFields,
  type VendorFigures,
  type VendorRecord,
  vendorFigures,
  vendorSeed,
} from '../../db/queries/vendors.ts'
import type { ApiDependencies } from '../dependencies.ts'
import { ApiProblem } from '../problems.ts'
import type { ApiRouter } from '../routing.ts'
import {
  newVendorSchema,
  type VendorChange,
  type VendorView,
  vendorChangeSchema,
  vendorListSchema,
  vendorSchema,
} from '../schemas/vendors.ts'
import { json, jsonBody, problems } from './responses.ts'

const listRoute = createRoute({
  method: 'get',
  path: '/api/vendors',
  tags: ['Vendors'],
  summary: 'All vendors, the one that gets new orders first, and how each did in the last 30 days',
  responses: { 200: json(vendorListSchema, 'Vendors'), ...problems('unauthenticated', 'forbidden') },
})

const createVendorRoute = createRoute({
  method: 'post',
  path: '/api/vendors',
  tags: ['Vendors'],
  summary: 'Adds a vendor; it gets no orders until it is made the default',
  request: { body: jsonBody(newVendorSchema) },
  responses: {
    201: json(vendorSchema, 'The vendor'),
    ...problems('invalid_request', 'unauthenticated', 'forbidden', 'refused'),
  },
})

const idParam = z.object({
  id: z.coerce
    .number()
    .int()
    .positive()
    .openapi({ param: { name: 'id', in: 'path' } }),
})

const changeRoute = createRoute({
  method: 'patch',
  path: '/api/vendors/{id}',
  tags: ['Vendors'],
  summary: 'Changes how a vendor is reached, its phone, its price, or who gets new orders',
  request: { params: idParam, body: jsonBody(vendorChangeSchema) },
  responses: {
    200: json(vendorSchema, 'The vendor as it is now'),
    ...problems('invalid_request', 'unauthenticated', 'forbidden', 'not_found', 'refused'),
  },
})

const FIGURES_MS = 30 * 24 * 3_600_000
const NO_FIGURES: VendorFigures = {
  orders: 0,
  refused: 0,
  out: 0,
  delivered: 0,
  ways: { api: 0, browser: 0, phone: 0 },
}

/** Adds the routes of vendors. */
export function addVendorRoutes(router: ApiRouter, { database, settings }: ApiDependencies): void {
  const keys = settings.dataKey
  const all = () => listVendors(database, keys, vendorSeed(settings))

  router.declare('admin', listRoute, async (c) => {
    const [vendors, figures] = await Promise.all([
      all(),
      vendorFigures(database, new Date(Date.now() - FIGURES_MS)),
    ])
    const shown = vendors.map((vendor) => ({
      ...viewVendor(vendor),
      last_30_days: figures.get(vendor.id) ?? NO_FIGURES,
    }))
    return c.json({ vendors: shown }, 200)
  })

  router.declare('admin', createVendorRoute, async (c) => {
    const { name, methods, phone, cost } = c.req.valid('json')
    mustBeCallable(methods, phone)
    const fields = { name, methods, phone, costWon: cost, active: true, isDefault: false }
    const vendor = await ofThatName(() => addVendor(database, keys, fields))
    return c.json(viewVendor(vendor), 201)
  })

  router.declare('admin', changeRoute, async (c) => {
    const { id } = c.req.valid('param')
    const change = c.req.valid('json')
    const known = (await all()).find((vendor) => vendor.id === id)
    if (known === undefined) throw new ApiProblem('not_found', 'There is no such vendor.')
    mustBeCallable(change.methods ?? known.methods, change.phone === undefined ? known.phone : change.phone)
    if (change.active === false && (known.isDefault || change.is_default === true))
      throw refusedAt(
        'active',
        'vendor_is_default',
        'New orders go to this vendor: make another one the default first.',
      )
    if (change.is_default === true && !(change.active ?? known.active))
      throw refusedAt('is_default', 'vendor_is_off', 'A vendor that is off gets no orders.')
    const vendor = await ofThatName(() => updateVendor(database, keys, id, fieldsOf(change)))
    if (vendor === null) throw new ApiProblem('not_found', 'There is no such vendor.')
    return c.json(viewVendor(vendor), 200)
  })
}

function viewVendor({ id, name, methods, phone, costWon, active, isDefault }: VendorRecord): VendorView {
  return { id, name, methods: [...methods], phone, cost: costWon, active, is_default: isDefault }
}

function fieldsOf({ name, methods, phone, cost, active, is_default }: VendorChange): Partial<VendorFields> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(methods === undefined ? {} : { methods }),
    ...(phone === undefined ? {} : { phone }),
    ...(cost === undefined ? {} : { costWon: cost }),
    ...(active === undefined ? {} : { active }),
    ...(is_default === undefined ? {} : { isDefault: is_default }),
  }
}

/** A refusal that a form can show at its field. */
const refusedAt = (field: string, code: string, detail: string) =>
  new ApiProblem('refused', detail, { code, errors: [{ path: `body.${field}`, message: detail }] })

/** A call needs a number to dial. */
function mustBeCallable(methods: VendorFields['methods'], phone: string | null): void {
  if (methods.includes('phone') && phone === null)
    throw refusedAt('phone', 'vendor_without_phone', 'A vendor without a number can not be phoned.')
}

const UNIQUE_VIOLATION = '23505'

async function ofThatName<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION)
      throw refusedAt('name', 'vendor_name_taken', 'Another vendor has this name.')
    throw error
  }
}
