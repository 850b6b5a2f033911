import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fetchEarlier } from '../../api/chats.ts'
import type { MessageView, ThreadDetail } from '../../api/types.ts'
import { showProblem } from '../../components/notices.ts'

/** The messages of a conversation with those before them that were asked for. */
export function useEarlier(thread: ThreadDetail) {
  const { t } = useTranslation()
  const [pages, setPages] = useState<readonly ThreadDetail[]>([])
  const cursor = (pages[0] ?? thread).earlier_cursor
  const read = useMutation({
    mutationFn: (before: string) => fetchEarlier(thread.thread_id, before),
    onSuccess: (page) => setPages((known) => [page, ...known]),
    onError: (error) => showProblem(error, t('chat.earlier'), t),
  })
  return {
    messages: merged([...pages.flatMap((page) => page.messages), ...thread.messages]),
    hasEarlier: cursor !== null,
    isReading: read.isPending,
    readEarlier: () => {
      if (cursor !== null && !read.isPending) read.mutate(cursor)
    },
  }
}

/**
 * Each message once, the later reading of it. The newest page moves on while older ones stay: what has left it was
 * read before, unless more came at once than a page holds.
 */
function merged(messages: readonly MessageView[]): readonly MessageView[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  return [...byId.values()].sort((a, b) => Number(a.id) - Number(b.id))
}
