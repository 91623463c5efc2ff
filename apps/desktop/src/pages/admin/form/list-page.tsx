import type { UseQueryResult } from '@tanstack/react-query'
import { type LucideIcon, Plus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/button.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { Page } from '../../../components/page.tsx'
import { SkeletonRows } from '../../../components/skeleton.tsx'
import { type Column, Table } from '../../../components/table.tsx'
import { SearchInput, Toolbar } from '../../../components/toolbar.tsx'

interface ListPageProps<Row extends { id: string }> {
  title: string
  intro: string
  icon: LucideIcon
  query: UseQueryResult<Row[]>
  columns: readonly Column<Row>[]
  addLabel: string
  /** What to say, and why one would add the first. */
  empty: { title: string; body: string }
  open: string | null
  onOpen: (id: string) => void
  /** Text by which a row is found; offered once the list is long. */
  searchText: (row: Row) => string
  filters?: ReactNode
  /** The drawer. */
  children?: ReactNode
}

const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase()

/** A list of what is set up, and a drawer beside it. */
export function ListPage<Row extends { id: string }>(props: ListPageProps<Row>) {
  const { title, intro, icon, query, columns, addLabel, empty, open, onOpen, searchText, filters, children } = props
  const { t } = useTranslation('admin')
  const [search, setSearch] = useState('')
  const rows = query.data?.filter(row => fold(searchText(row)).includes(fold(search))) ?? []
  const add = (
    <Button look="primary" icon={Plus} onClick={() => onOpen('new')}>
      {addLabel}
    </Button>
  )
  const isEmpty = query.data?.length === 0
  return (
    <Page title={title} intro={intro} actions={!isEmpty && add}>
      {query.isError ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows />
      ) : isEmpty && !filters ? (
        <EmptyState icon={icon} title={empty.title} action={add}>
          {empty.body}
        </EmptyState>
      ) : (
        <>
          <Toolbar>
            {(query.data.length > 8 || search !== '') && (
              <SearchInput value={search} onChange={setSearch} label={t('find')} className="w-64 max-w-full" />
            )}
            {filters}
          </Toolbar>
          <Table
            label={title}
            columns={columns}
            rows={rows}
            rowKey={row => row.id}
            onOpen={row => onOpen(row.id)}
            selectedKey={open}
            empty={<p className="p-8 text-center text-muted">{t('noMatch')}</p>}
          />
        </>
      )}
      {children}
    </Page>
  )
}
