import type { Code, codeRoutes } from '@centrala/api/code.ts'
import { useMutation, useQuery } from '@tanstack/react-query'
import { ListTree, Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { Checkbox } from '../../../components/checkbox.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { moved, OrderList } from '../../../components/order-list.tsx'
import { SkeletonRows } from '../../../components/skeleton.tsx'
import { toast } from '../../../components/toast.tsx'
import { problemWords } from '../../../i18n/problem-words.ts'
import { keys } from '../../../live/apply-event.ts'
import { CodeName } from './code-name.tsx'
import { CodeRow } from './code-row.tsx'

export type TreeRoutes = ReturnType<typeof codeRoutes> & { key: string }

/** A tree of codes that is edited where it stands: add, rename, order, archive, with undo. */
export function CodeTree({ routes, label }: { routes: TreeRoutes; label: string }) {
  const { t } = useTranslation(['adminQuality', 'common'])
  const [archived, setArchived] = useState(false)
  /** The branch that a new code is being written into; `null` is the root, `undefined` none. */
  const [adding, setAdding] = useState<string | null | undefined>(undefined)
  const query = useQuery({
    queryKey: keys.configuration(routes.key, 'archived'),
    queryFn: async () => (await api.call(routes.list, { query: { archived: 'true' } })).items,
  })
  const change = useMutation({
    mutationFn: (run: () => Promise<unknown>) => run(),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.configuration() }),
    onError: error => toast({ tone: 'bad', title: problemWords(error) }),
  })
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows />
  const shown = query.data.filter(code => archived || code.archivedAt === null)
  const children = (parentId: string | null) =>
    shown.filter(code => code.parentId === parentId).toSorted((a, b) => a.position - b.position)
  const add = (name: string, parentId: string | null) => {
    setAdding(undefined)
    change.mutate(() => api.call(routes.create, { body: { name, parentId } }))
  }
  const archive = (code: Code) =>
    change.mutate(async () => {
      await api.call(routes.archive, { params: { id: code.id } })
      toast({
        title: t('codes.archivedToast', { name: code.name }),
        action: {
          label: t('common:undo'),
          run: () => change.mutate(() => api.call(routes.restore, { params: { id: code.id } })),
        },
      })
    })
  const order = (parentId: string | null, items: Code[]) => {
    const ids = items.map(code => code.id)
    // Shown at once; the server's answer puts it right where it is refused.
    queries.setQueryData<Code[]>(keys.configuration(routes.key, 'archived'), all =>
      all?.map(code => (ids.includes(code.id) ? { ...code, position: ids.indexOf(code.id) } : code)),
    )
    change.mutate(() => api.call(routes.order, { body: { parentId, ids } }))
  }
  const branch = (parentId: string | null, depth: number) => {
    const items = children(parentId)
    const parent = query.data.find(code => code.id === parentId)
    return (
      <>
        <OrderList
          label={parent?.name ?? label}
          items={items}
          itemKey={code => code.id}
          handleLabel={code => t('codes.moveIt', { name: code.name })}
          onMove={(from, to) => order(parentId, moved(items, from, to))}
        >
          {code => (
            <>
              <CodeRow
                code={code}
                onRename={name =>
                  change.mutate(() => api.call(routes.change, { params: { id: code.id }, body: { name } }))
                }
                onAdd={depth < 4 ? () => setAdding(code.id) : undefined}
                onArchive={() => archive(code)}
                onRestore={() => change.mutate(() => api.call(routes.restore, { params: { id: code.id } }))}
              />
              {(children(code.id).length > 0 || adding === code.id) && (
                <div className="ml-2 border-l pl-2">{branch(code.id, depth + 1)}</div>
              )}
            </>
          )}
        </OrderList>
        {adding === parentId && (
          <CodeName
            name=""
            label={t('codes.newName')}
            onDone={name => (name ? add(name, parentId) : setAdding(undefined))}
          />
        )}
      </>
    )
  }
  return (
    <div className="flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center gap-4">
        <Button look="primary" icon={Plus} onClick={() => setAdding(null)}>
          {t('codes.add')}
        </Button>
        {query.data.some(code => code.archivedAt !== null) && (
          <Checkbox checked={archived} onChange={setArchived} label={t('codes.showArchived')} />
        )}
      </div>
      {shown.length === 0 && adding === undefined ? (
        <EmptyState icon={ListTree} title={t('codes.emptyTitle')}>
          {t('codes.emptyBody')}
        </EmptyState>
      ) : (
        branch(null, 0)
      )}
    </div>
  )
}
