/** What the supervisor tells the warden. */
export type WardenMessage =
  | {
      readonly type: 'watch'
      readonly name: string
      readonly pid: number
      readonly signal: 'SIGTERM' | 'SIGINT'
    }
  | { readonly type: 'release' }
