import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconClipboardText, IconPhoneCall, IconPhotoCheck } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/problem.ts'
import { meQuery, signIn } from '../../api/session.ts'
import { isOutsideApp } from '../../app/outside-app.ts'
import { usePageTitle } from '../../app/page-title.ts'
import formClasses from '../../components/form.module.css'
import { InlineProblem } from '../../components/inline-problem.tsx'
import { BrandMark } from '../../components/shell/brand.tsx'
import { LanguageSwitch } from './language-switch.tsx'
import classes from './sign-in-page.module.css'

const POINTS = [
  ['point_1', IconPhoneCall],
  ['point_2', IconClipboardText],
  ['point_3', IconPhotoCheck],
] as const

export function SignInPage() {
  const { t } = useTranslation()
  usePageTitle(t('sign_in.title'))
  return (
    <div className={classes.page}>
      <aside className={classes.story} aria-label={t('app.tagline')}>
        <div className={classes.brand}>
          <BrandMark size={34} />
          <span>{t('app.name')}</span>
        </div>
        <div className={classes.pitch}>
          <p className={classes.heading}>{t('sign_in.heading')}</p>
          <p className={classes.lead}>{t('sign_in.lead')}</p>
          <ul className={classes.points}>
            {POINTS.map(([key, Icon]) => (
              <li key={key}>
                <Icon size={19} stroke={1.6} aria-hidden />
                {t(`sign_in.${key}`)}
              </li>
            ))}
          </ul>
        </div>
        <p className={classes.tagline}>{t('app.tagline')}</p>
      </aside>
      <main className={classes.main}>
        <div className={classes.language}>
          <LanguageSwitch />
        </div>
        <div className={classes.form}>
          <span className={classes.mark}>
            <BrandMark size={36} />
          </span>
          <h1 className={classes.title}>{t('sign_in.title')}</h1>
          <SignInForm />
          <p className={classes.hint}>{t('sign_in.first_hint')}</p>
        </div>
      </main>
    </div>
  )
}

function SignInForm() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const router = useRouter()
  const { next } = useSearch({ from: '/sign-in' })
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (/^\S+@\S+$/.test(value.trim()) ? null : t('sign_in.error_email')),
      password: (value) => (value === '' ? t('sign_in.error_password') : null),
    },
  })
  const enter = useMutation({
    mutationFn: (values: typeof form.values) =>
      signIn({ email: values.email.trim(), password: values.password }),
    onSuccess: async () => {
      await client.fetchQuery({ ...meQuery, staleTime: 0 })
      if (next !== undefined && isOutsideApp(next)) window.location.assign(next)
      else router.history.push(next ?? '/')
    },
  })
  const wrong =
    enter.error instanceof ApiError &&
    (enter.error.problem.status === 401 || enter.error.problem.status === 400)
  return (
    <form className={formClasses.stack} noValidate onSubmit={form.onSubmit((values) => enter.mutate(values))}>
      {enter.error === null ? null : wrong ? (
        <p className={classes.wrong} role="alert">
          {t('sign_in.error_wrong')}
        </p>
      ) : (
        <InlineProblem error={enter.error} />
      )}
      <TextInput
        key={form.key('email')}
        size="md"
        type="email"
        label={t('sign_in.email')}
        autoComplete="username"
        autoFocus
        {...form.getInputProps('email')}
      />
      <PasswordInput
        key={form.key('password')}
        size="md"
        label={t('sign_in.password')}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': t('sign_in.show_password') }}
        {...form.getInputProps('password')}
      />
      <Button type="submit" size="md" mt={4} loading={enter.isPending}>
        {t('sign_in.submit')}
      </Button>
    </form>
  )
}
