/** What the form of a vendor holds, and what is wrong with it; the API has the last word. */
import type { TFunction } from 'i18next'
import type { Problem } from '../../api/problem.ts'
import type { NewVendor, VendorMethod, VendorView } from '../../api/types.ts'
import { formatPhone, toPhoneDigits } from '../../format/text.ts'

/** Every way there is; a vendor uses some of them, in an order of its own. */
export const WAYS: readonly VendorMethod[] = ['api', 'browser', 'phone']

export const NAME_LIMIT = 60
const COST_LIMIT_WON = 10_000_000

export interface Way {
  readonly method: VendorMethod
  readonly used: boolean
}

export interface VendorValues {
  readonly name: string
  readonly phone: string
  /** Won as typed; an input of numbers is empty text while nothing is in it. */
  readonly cost: number | string
  /** In order of preference, those that are not used among them. */
  readonly ways: readonly Way[]
  readonly active: boolean
}

/** @param vendor null: a new one. */
export function valuesOf(vendor: VendorView | null): VendorValues {
  const used = vendor?.methods ?? ['api']
  return {
    name: vendor?.name ?? '',
    phone: vendor?.phone ? formatPhone(vendor.phone) : '',
    cost: vendor?.cost ?? '',
    ways: [
      ...used.map((method) => ({ method, used: true })),
      ...WAYS.filter((method) => !used.includes(method)).map((method) => ({ method, used: false })),
    ],
    active: vendor?.active ?? true,
  }
}

export const usedWays = (ways: readonly Way[]): VendorMethod[] =>
  ways.filter(({ used }) => used).map(({ method }) => method)

/** The way at `from` moved to the place `to`, the others closing up. */
export function moveWay(ways: readonly Way[], from: number, to: number): readonly Way[] {
  const way = ways[from]
  if (way === undefined || to < 0 || to >= ways.length || from === to) return ways
  const rest = ways.filter((_, index) => index !== from)
  return [...rest.slice(0, to), way, ...rest.slice(to)]
}

/** Validators for @mantine/form. */
export function vendorRules(t: TFunction) {
  return {
    name: (name: string) => {
      const length = [...name.trim()].length
      return length === 0 || length > NAME_LIMIT ? t('vendor.error.name', { max: NAME_LIMIT }) : null
    },
    phone: (phone: string, { ways }: VendorValues) => {
      const digits = toPhoneDigits(phone)
      if (digits === '') return usedWays(ways).includes('phone') ? t('vendor.error.phone_needed') : null
      return /^\d{8,11}$/.test(digits) ? null : t('vendor.error.phone')
    },
    cost: (cost: number | string) =>
      Number.isInteger(cost) && Number(cost) >= 1 && Number(cost) <= COST_LIMIT_WON
        ? null
        : t('vendor.error.cost'),
    ways: (ways: readonly Way[]) => (usedWays(ways).length === 0 ? t('vendor.error.ways') : null),
  }
}

export const vendorToSend = ({ name, phone, cost, ways }: VendorValues): NewVendor => ({
  name: name.trim(),
  phone: toPhoneDigits(phone) || null,
  cost: Number(cost),
  methods: usedWays(ways),
})

/** The server's refusal as sentences of ours, each at the field that it is about. */
export function refusedFields({ code, fields }: Problem, t: TFunction): Partial<Record<string, string>> {
  switch (code) {
    case 'vendor_name_taken':
      return { name: t('vendor.error.name_taken') }
    case 'vendor_without_phone':
      return { phone: t('vendor.error.phone_needed') }
    case 'vendor_is_default':
      return { active: t('vendor.error.is_default') }
    default:
      return {
        ...('name' in fields ? { name: t('vendor.error.name', { max: NAME_LIMIT }) } : {}),
        ...('phone' in fields ? { phone: t('vendor.error.phone') } : {}),
        ...('cost' in fields ? { cost: t('vendor.error.cost') } : {}),
        ...('methods' in fields ? { ways: t('vendor.error.ways') } : {}),
      }
  }
}
