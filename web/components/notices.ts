import { notifications } from '@mantine/notifications'
import i18next, { type TFunction } from 'i18next'
import { problemText } from './problem-text.ts'

const close = () => ({ closeButtonProps: { 'aria-label': i18next.t('action.close') } })

/** Tells that something was done. */
export const showDone = (title: string, message: string | null = null): void => {
  notifications.show({ title, message, color: 'pine', withBorder: true, ...close() })
}

/** Tells that something was refused, in the sentence of who refused it. @param title what was tried. */
export const showRefusal = (title: string, message: string): void => {
  notifications.show({
    title,
    message,
    color: 'clay',
    withBorder: true,
    autoClose: 10_000,
    role: 'alert',
    ...close(),
  })
}

/** Tells that something was refused or failed, and why. @param title what was tried. */
export const showProblem = (error: unknown, title: string, t: TFunction): void => {
  const problem = problemText(error, t)
  showRefusal(title, problem.detail ?? problem.title)
}
