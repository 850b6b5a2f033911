import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createQueryClient } from '../api/query-client.ts'
import { meQuery } from '../api/session.ts'
import { followUpdates } from './follow-updates.ts'
import { createAppRouter } from './router.tsx'
import { theme } from './theme.ts'

const queryClient = createQueryClient(() => {
  queryClient.setQueryData(meQuery.queryKey, null)
  void router.invalidate() // its guard sends whoever is not signed in to the sign-in page
})
const router = createAppRouter(queryClient)
followUpdates(router)

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" limit={4} autoClose={6000} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  )
}
