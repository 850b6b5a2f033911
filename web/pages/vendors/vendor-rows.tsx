import { Button } from '@mantine/core'
import { IconArrowRight, IconEdit } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { VendorInList, VendorMethod } from '../../api/types.ts'
import { changeVendor, vendorKeys } from '../../api/vendors.ts'
import { showDone, showProblem } from '../../components/notices.ts'
import { Pill } from '../../components/pill.tsx'
import { formatPhone, formatWon } from '../../format/text.ts'
import { useLanguage } from '../../i18n/use-language.ts'
import { WAYS } from './vendor-form.ts'
import classes from './vendors-page.module.css'

interface VendorRowsProps {
  readonly vendors: readonly VendorInList[]
  readonly onEdit: (vendor: VendorInList) => void
}

export function VendorRows({ vendors, onEdit }: VendorRowsProps) {
  return (
    <ul className={classes.rows}>
      {vendors.map((vendor) => (
        <Row key={vendor.id} vendor={vendor} onEdit={() => onEdit(vendor)} />
      ))}
    </ul>
  )
}

function Row({ vendor, onEdit }: { readonly vendor: VendorInList; readonly onEdit: () => void }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const makeDefault = useMakeDefault(vendor)
  return (
    <li className={classes.row} data-off={!vendor.active || undefined}>
      <div className={classes.head}>
        <h2 className={classes.name}>{vendor.name}</h2>
        {vendor.is_default ? <Pill tone="brand">{t('vendor.is_default')}</Pill> : null}
        {vendor.active ? null : <Pill tone="done">{t('vendor.off')}</Pill>}
        <div className={classes.actions}>
          {vendor.is_default || !vendor.active ? null : (
            <Button
              size="xs"
              variant="default"
              loading={makeDefault.isPending}
              aria-label={t('vendor.make_default_of', { name: vendor.name })}
              onClick={() => makeDefault.mutate()}
            >
              {t('vendor.make_default')}
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            aria-label={t('vendor.edit_of', { name: vendor.name })}
            leftSection={<IconEdit size={15} stroke={1.8} aria-hidden />}
            onClick={onEdit}
          >
            {t('vendor.edit')}
          </Button>
        </div>
      </div>
      <dl className={classes.facts}>
        <div>
          <dt>{t('vendor.ways.label')}</dt>
          <dd>
            <Ways methods={vendor.methods} />
          </dd>
        </div>
        <div>
          <dt>{t('vendor.phone')}</dt>
          <dd>{vendor.phone === null ? '–' : formatPhone(vendor.phone)}</dd>
        </div>
        <div>
          <dt>{t('vendor.cost')}</dt>
          <dd>{formatWon(vendor.cost, language)}</dd>
        </div>
      </dl>
      <Figures vendor={vendor} />
    </li>
  )
}

function Ways({ methods }: { readonly methods: readonly VendorMethod[] }) {
  const { t } = useTranslation()
  return (
    <ol className={classes.ways}>
      {methods.map((method, index) => (
        <li key={method}>
          {index === 0 ? null : <IconArrowRight size={14} stroke={1.8} aria-hidden />}
          {t(`vendor.method.${method}`)}
        </li>
      ))}
    </ol>
  )
}

/** The last 30 days; what went wrong is coloured. */
function Figures({ vendor }: { readonly vendor: VendorInList }) {
  const { t } = useTranslation()
  const { orders, delivered, refused, out, ways } = vendor.last_30_days
  const came = WAYS.filter((method) => ways[method] > 0)
  return (
    <div className={classes.figures}>
      <p className={classes.since}>{t('vendor.figures.label')}</p>
      {orders === 0 ? (
        <p className={classes.none}>{t('vendor.figures.none')}</p>
      ) : (
        <ul>
          <li>{t('vendor.figures.orders', { count: orders })}</li>
          <li>{t('vendor.figures.delivered', { count: delivered })}</li>
          <li data-bad={refused > 0 || undefined}>{t('vendor.figures.refused', { count: refused })}</li>
          <li data-bad={out > 0 || undefined}>{t('vendor.figures.out', { count: out })}</li>
          {came.length === 0 ? null : (
            <li className={classes.came}>
              {came.map((method) => `${t(`vendor.method.${method}`)} ${ways[method]}`).join(' · ')}
            </li>
          )}
        </ul>
      )}
    </div>
  )
}

function useMakeDefault({ id, name }: VendorInList) {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => changeVendor(id, { is_default: true }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: vendorKeys })
      showDone(t('vendor.made_default', { name }))
    },
    onError: (error) => showProblem(error, t('vendor.make_default'), t),
  })
}
