/** How a person's word gets into a conversation: by the page of its order, or by its own. */
export interface ConversationDoor {
  /** @param key one for each press of the button: the same message sent again is still one message. */
  readonly write: (text: string, key: string) => Promise<unknown>
  /** @param taken false gives the conversation back to the AI. */
  readonly takeOver: (taken: boolean) => Promise<unknown>
  /** What is read again afterwards. */
  readonly queryKey: readonly unknown[]
}
