import { type Call, consult } from '@centrala/api/call.ts'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api.ts'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { problemWords } from '../i18n/problem-words.ts'
import { cleanNumber } from './number.ts'
import { type Asked, PersonOrNumber } from './person-or-number.tsx'

/** Asks somebody while the customer hears music; afterwards they are handed over, joined, or taken back. */
export function AskDialog({ call, onClose }: { call: Call; onClose: () => void }) {
  const { t } = useTranslation(['call', 'common'])
  const [asked, setAsked] = useState<Asked>({ userId: null, number: '' })
  const number = cleanNumber(asked.number)
  const ask = useMutation({
    mutationFn: () =>
      api.call(consult, { params: { id: call.id }, body: asked.userId ? { userId: asked.userId } : { number } }),
    onSuccess: onClose,
  })
  const ready = asked.userId !== null || number !== null
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('ask.title')}
      description={t('ask.hint')}
      footer={
        <>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button look="primary" disabled={!ready} busy={ask.isPending} onClick={() => ask.mutate()}>
            {t('ask.submit')}
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4 pb-1"
        onSubmit={event => {
          event.preventDefault()
          if (ready) ask.mutate()
        }}
      >
        <PersonOrNumber value={asked} onChange={setAsked} error={ask.error && problemWords(ask.error)} />
      </form>
    </Dialog>
  )
}
