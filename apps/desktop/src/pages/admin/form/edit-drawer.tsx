import { useMutation } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { type FormEvent, type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { queries } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { confirm } from '../../../components/confirm.tsx'
import { Drawer } from '../../../components/drawer.tsx'
import { toast } from '../../../components/toast.tsx'
import { problemWords } from '../../../i18n/problem-words.ts'
import { keys } from '../../../live/apply-event.ts'
import type { Draft } from './use-draft.ts'

interface Removal {
  /** The verb: "Delete", "Archive". */
  label: string
  title: string
  /** What will be different afterwards. */
  body: string
  run: () => Promise<unknown>
}

interface EditDrawerProps {
  title: string
  draft: Draft<object>
  save: () => Promise<unknown>
  onClose: () => void
  removal?: Removal | null | undefined
  /** More buttons, left of Cancel. */
  extra?: ReactNode
  wide?: boolean
  saveLabel?: string
  /** Saving does not close it: the page shows what comes next. */
  stay?: boolean
  children: ReactNode
}

/** A form beside its list. Saves by its button or Ctrl-Enter; asks before unsaved changes are lost. */
export function EditDrawer({
  title,
  draft,
  save,
  onClose,
  removal,
  extra,
  wide = false,
  saveLabel,
  stay = false,
  children,
}: EditDrawerProps) {
  const { t } = useTranslation(['admin', 'common'])
  const formId = useId()
  const saving = useMutation({
    mutationFn: save,
    onSuccess: async () => {
      if (!stay) {
        toast({ tone: 'ok', title: t('common:saved') })
        onClose()
      }
      await queries.invalidateQueries({ queryKey: keys.configuration() })
    },
    onError: error => {
      if (!draft.refuse(error)) toast({ tone: 'bad', title: problemWords(error) })
      else focusFirstError(formId)
    },
  })
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    if (saving.isPending) return
    if (draft.check()) saving.mutate()
    else focusFirstError(formId)
  }
  const close = () => {
    if (!draft.isDirty) onClose()
    else
      confirm({
        title: t('unsaved.title'),
        body: t('unsaved.body'),
        action: t('unsaved.leave'),
        danger: true,
        run: onClose,
      })
  }
  const remove = (what: Removal) =>
    confirm({
      title: what.title,
      body: what.body,
      action: what.label,
      danger: true,
      run: async () => {
        try {
          await what.run()
          onClose()
          await queries.invalidateQueries({ queryKey: keys.configuration() })
        } catch (error) {
          toast({ tone: 'bad', title: problemWords(error) })
        }
      },
    })
  return (
    <Drawer
      open
      onClose={close}
      title={title}
      wide={wide}
      footer={
        <>
          {removal && (
            <Button look="ghost" icon={Trash2} onClick={() => remove(removal)} className="mr-auto">
              {removal.label}
            </Button>
          )}
          {extra}
          <Button onClick={close}>{t('common:cancel')}</Button>
          <Button type="submit" form={formId} look="primary" busy={saving.isPending}>
            {saveLabel ?? t('common:save')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        onSubmit={submit}
        onKeyDown={event => (event.ctrlKey || event.metaKey) && event.key === 'Enter' && submit()}
        className="flex flex-col gap-4 p-4"
      >
        {children}
      </form>
    </Drawer>
  )
}

/** After the errors are drawn, the first field that has one gets the focus. */
export function focusFirstError(formId: string): void {
  requestAnimationFrame(() => {
    const form = document.getElementById(formId)
    form?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
    form?.querySelector('[role=alert]')?.scrollIntoView({ block: 'nearest' })
  })
}
