import type { UseFormReturnType } from '@mantine/form'
import type { OutboundValues } from './outbound-form.ts'

/** What the parts of the form are given. */
export type OutboundForm = UseFormReturnType<OutboundValues>
