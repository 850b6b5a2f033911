import { Button, Group, Modal, NumberInput, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/problem.ts'
import type { VendorView } from '../../api/types.ts'
import { addVendor, changeVendor, vendorKeys } from '../../api/vendors.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { showDone } from '../../components/notices.ts'
import {
  NAME_LIMIT,
  refusedFields,
  type VendorValues,
  valuesOf,
  vendorRules,
  vendorToSend,
} from './vendor-form.ts'
import { WaysInput } from './ways-input.tsx'

interface VendorDialogProps {
  /** Null: closed. */
  readonly vendor: VendorView | 'new' | null
  readonly onClose: () => void
}

/** Adds a vendor, or changes one. */
export function VendorDialog({ vendor, onClose }: VendorDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={vendor !== null}
      onClose={onClose}
      title={
        vendor === 'new' || vendor === null ? t('vendor.add') : t('vendor.edit_of', { name: vendor.name })
      }
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {vendor === null ? null : <VendorForm vendor={vendor === 'new' ? null : vendor} onClose={onClose} />}
    </Modal>
  )
}

function VendorForm({
  vendor,
  onClose,
}: {
  readonly vendor: VendorView | null
  readonly onClose: () => void
}) {
  const { t } = useTranslation()
  const form = useForm<VendorValues>({
    initialValues: valuesOf(vendor),
    validate: vendorRules(t),
    validateInputOnBlur: ['name', 'phone', 'cost'],
  })
  const save = useSave(vendor, onClose)
  const refused = save.error instanceof ApiError ? refusedFields(save.error.problem, t) : {}
  const submit = form.onSubmit(
    (values) =>
      save.mutate(values, {
        onError: (error) => {
          if (error instanceof ApiError) form.setErrors(refusedFields(error.problem, t))
        },
      }),
    (errors) => form.getInputNode(Object.keys(errors)[0] ?? '')?.focus(),
  )
  return (
    <form className={formClasses.stack} noValidate onSubmit={submit}>
      <TextInput
        label={t('vendor.name')}
        maxLength={NAME_LIMIT + 20}
        autoComplete="off"
        withAsterisk
        required
        data-autofocus
        {...form.getInputProps('name')}
      />
      <WaysInput
        ways={form.values.ways}
        error={typeof form.errors.ways === 'string' ? form.errors.ways : undefined}
        onChange={(ways) => {
          form.setFieldValue('ways', ways)
          // Whether a number is needed depends on the ways.
          form.clearFieldError('phone')
        }}
      />
      <div className={formClasses.two}>
        <TextInput
          type="tel"
          inputMode="tel"
          autoComplete="off"
          label={t('vendor.phone')}
          description={t('vendor.phone_hint')}
          {...form.getInputProps('phone')}
        />
        <NumberInput
          label={t('vendor.cost')}
          description={t('vendor.cost_hint')}
          withAsterisk
          required
          allowDecimal={false}
          allowNegative={false}
          thousandSeparator=","
          step={1000}
          suffix={t('vendor.won')}
          hideControls
          {...form.getInputProps('cost')}
        />
      </div>
      {vendor === null ? null : (
        <Switch
          label={t('vendor.active')}
          description={vendor.is_default ? t('vendor.error.is_default') : t('vendor.active_hint')}
          disabled={vendor.is_default}
          {...form.getInputProps('active', { type: 'checkbox' })}
        />
      )}
      {save.error === null || Object.keys(refused).length > 0 ? null : <InlineProblem error={save.error} />}
      <Group justify="flex-end" gap="xs" mt={4}>
        <Button variant="default" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={save.isPending}>
          {vendor === null ? t('vendor.add') : t('action.save')}
        </Button>
      </Group>
    </form>
  )
}

function useSave(vendor: VendorView | null, onClose: () => void) {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (values: VendorValues) => {
      const fields = vendorToSend(values)
      if (vendor === null) return addVendor(fields)
      return changeVendor(vendor.id, {
        ...fields,
        ...(values.active === vendor.active ? {} : { active: values.active }),
      })
    },
    onSuccess: async ({ name }) => {
      await client.invalidateQueries({ queryKey: vendorKeys })
      showDone(t('vendor.saved', { name }))
      onClose()
    },
  })
}
