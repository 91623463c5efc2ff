import { useTranslation } from 'react-i18next'
import { Checkbox } from '../../../components/checkbox.tsx'
import { FormPart } from '../form/form-part.tsx'
import type { Draft } from '../form/use-draft.ts'
import type { QueueValue } from './queue-drawer.tsx'

/** What visitors are told while they wait in a chat. */
export function QueueWaiting({ draft: { value, set } }: { draft: Draft<QueueValue> }) {
  const { t } = useTranslation('adminPolicy')
  return (
    <FormPart title={t('waiting.title')} hint={t('waiting.hint')}>
      <Checkbox
        checked={value.tellPosition}
        onChange={tellPosition => set({ tellPosition })}
        label={t('waiting.position')}
      />
      <Checkbox
        checked={value.tellWait}
        onChange={tellWait => set({ tellWait })}
        label={t('waiting.wait')}
        hint={t('waiting.waitHint')}
      />
    </FormPart>
  )
}
