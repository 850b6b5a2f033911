import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type { SettlementView, StatementList, StatementView } from './types.ts'

export interface SettlementRange {
  /** Korean days, `YYYY-MM-DD`. */
  readonly from: string
  readonly to: string
  readonly period: SettlementView['period']
}

const keys = { figures: ['settlement'] as const, statements: ['vendor-statements'] as const }

export const settlementQuery = ({ from, to, period }: SettlementRange) =>
  queryOptions({
    queryKey: [...keys.figures, from, to, period] as const,
    queryFn: ({ signal }) =>
      request<SettlementView>('GET', '/api/settlement', { signal, query: { from, to, period } }),
    // The page keeps its figures while those of another range are read.
    placeholderData: keepPreviousData,
  })

export const statementKeys = keys.statements

export const statementsQuery = queryOptions({
  queryKey: keys.statements,
  queryFn: ({ signal }) => request<StatementList>('GET', '/api/settlement/statements', { signal }),
})

export const statementQuery = (id: number) =>
  queryOptions({
    queryKey: [...keys.statements, id] as const,
    queryFn: ({ signal }) => request<StatementView>('GET', `/api/settlement/statements/${id}`, { signal }),
  })

/** Compares a vendor's file with our orders of the range. */
export const uploadStatement = (
  file: File,
  about: { readonly vendor: string; readonly from: string; readonly to: string },
): Promise<StatementView> =>
  request('POST', '/api/settlement/statements', { query: { ...about, file_name: file.name }, file })

/** Addresses of the CSV files; the browser fetches them with the session's cookie. */
export const settlementCsvPath = ({ from, to, period }: SettlementRange, language: string): string =>
  `/api/settlement/export?${new URLSearchParams({ from, to, period, lang: language })}`
export const statementCsvPath = (id: number, language: string): string =>
  `/api/settlement/statements/${id}/export?${new URLSearchParams({ lang: language })}`
