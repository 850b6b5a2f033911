import { Button } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconArrowLeft } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type FocusEvent, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { askForCall, outboundKeys, outboundOptionsQuery } from '../../api/outbound.ts'
import { ApiError } from '../../api/problem.ts'
import type { OutboundOptions } from '../../api/types.ts'
import { usePageTitle } from '../../app/page-title.ts'
import { showDone } from '../../components/notices.ts'
import pageClasses from '../../components/page.module.css'
import { PageSkeleton } from '../../components/page-skeleton.tsx'
import { ProblemPanel } from '../../components/problem-panel.tsx'
import { AdvancedPart, QuestionsPart, WhatPart, WhoPart } from './form-parts.tsx'
import type { OutboundForm as FormOfCall } from './form-type.ts'
import classes from './new-outbound-page.module.css'
import { emptyValues, type OutboundValues, outboundRules, refusedFields, toSend } from './outbound-form.ts'
import { Refusal } from './refusal.tsx'
import { TemplatePart } from './template-part.tsx'
import { TryPart } from './try-part.tsx'

/** Asks for one call. */
export function NewOutboundPage() {
  const { t } = useTranslation()
  usePageTitle(t('outbound.form.title'))
  const options = useQuery(outboundOptionsQuery)
  if (options.data === undefined)
    return options.isError ? (
      <ProblemPanel error={options.error} onRetry={() => void options.refetch()} />
    ) : (
      <PageSkeleton />
    )
  return (
    <div className={`${pageClasses.page} ${pageClasses.narrow}`}>
      <header className={pageClasses.head}>
        <Link to="/outbound" className={classes.back}>
          <IconArrowLeft size={16} stroke={1.9} aria-hidden />
          {t('outbound.detail.back')}
        </Link>
        <h1 className={`${pageClasses.title} ${classes.title}`}>{t('outbound.form.title')}</h1>
      </header>
      <OutboundForm options={options.data} />
    </div>
  )
}

function OutboundForm({ options }: { readonly options: OutboundOptions }) {
  const { t } = useTranslation()
  const form = useForm<OutboundValues>({
    initialValues: emptyValues(options),
    validate: outboundRules(t, options, Date.now),
    clearInputErrorOnChange: false,
  })
  const fields = useTouched(form)
  const ask = useAsk()
  const refused = ask.error instanceof ApiError ? refusedFields(ask.error.problem, t) : {}
  const submit = form.onSubmit(
    (values) =>
      ask.mutate(values, {
        onError: (error) => {
          if (error instanceof ApiError) form.setErrors(refusedFields(error.problem, t))
        },
      }),
    (errors) => {
      fields.addAll(Object.keys(errors))
      form.getInputNode(Object.keys(errors)[0] ?? '')?.focus()
    },
  )
  return (
    <form className={classes.form} noValidate onSubmit={submit} onBlur={fields.onBlur}>
      <WhoPart form={form} options={options} />
      <TemplatePart form={form} />
      <WhatPart form={form} options={options} />
      <QuestionsPart form={form} onRemoved={fields.forgetQuestions} />
      <AdvancedPart form={form} options={options} />
      <TryPart form={form} />
      <footer className={classes.foot}>
        {ask.error === null || Object.keys(refused).length > 0 ? null : <Refusal error={ask.error} />}
        {options.enabled ? null : <p role="alert">{t('outbound.form.disabled')}</p>}
        <div className={classes.submit}>
          <Button component={Link} to="/outbound" variant="default" size="md">
            {t('action.cancel')}
          </Button>
          <Button type="submit" size="md" loading={ask.isPending} disabled={!options.enabled}>
            {t('outbound.form.submit')}
          </Button>
        </div>
      </footer>
    </form>
  )
}

/** What was left once is judged with every key from then on; what nobody has been at yet is left in peace. */
function useTouched(form: FormOfCall) {
  const left = useRef(new Set<string>())
  const validateField = useRef(form.validateField)
  validateField.current = form.validateField
  const { values } = form
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of values is what is judged
  useEffect(() => {
    for (const path of left.current) validateField.current(path)
  }, [values])
  return {
    onBlur: ({ target }: FocusEvent<HTMLElement>) => {
      const path = target.dataset.path
      if (path === undefined) return
      left.current.add(path)
      form.validateField(path)
    },
    addAll: (paths: readonly string[]) => {
      for (const path of paths) left.current.add(path)
    },
    /** Those that follow have other places now. */
    forgetQuestions: () => {
      for (const path of left.current) if (path.startsWith('questions.')) left.current.delete(path)
    },
  }
}

function useAsk() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: (values: OutboundValues) => askForCall(toSend(values)),
    onSuccess: async ({ outbound_id }) => {
      void client.invalidateQueries({ queryKey: outboundKeys.lists })
      void client.invalidateQueries({ queryKey: outboundKeys.stats })
      showDone(t('outbound.form.submitted'), outbound_id)
      await navigate({ to: '/outbound/$outboundId', params: { outboundId: outbound_id } })
    },
  })
}
