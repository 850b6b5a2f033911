/** Every workflow of the bundle. */
export { missedCall } from './missed-call.ts'
export { ticket } from './ticket.ts'
