import type { QueryClient } from '@tanstack/react-query'

/**
 * Changes what was read under a key, if anything was. A reading that is under way may have begun before the change that is
 * told, and would bring the old state back: it is changed once more when it has come.
 * @param change must give the same when it is applied again, and leave what is newer.
 */
export function changeRead<Data>(
  client: QueryClient,
  queryKey: readonly unknown[],
  change: (data: Data) => Data,
): void {
  const apply = () =>
    client.setQueryData<Data>(queryKey, (data) => (data === undefined ? data : change(data)))
  apply()
  const query = client.getQueryCache().find({ queryKey, exact: true })
  // Its promise is kept a moment before its data is.
  if (query?.state.fetchStatus === 'fetching')
    query.promise?.then(
      () => setTimeout(apply),
      () => {},
    )
}
