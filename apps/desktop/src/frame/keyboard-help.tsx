import { useTranslation } from 'react-i18next'
import { useAllActions } from '../actions/actions.ts'
import { singleKeysOn } from '../actions/keyboard.ts'
import { Dialog } from '../components/dialog.tsx'
import { Kbd } from '../components/kbd.tsx'

/** Every key that works here and now, by section. */
export function KeyboardHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('frame')
  const actions = useAllActions().filter(action => action.keys)
  const sections = Map.groupBy(actions, action => action.section)
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t('keys.title')}
      width="lg"
      {...(singleKeysOn() ? {} : { description: t('keys.off') })}
    >
      <div className="columns-1 gap-8 pb-4 sm:columns-2">
        {[...sections].map(([section, items]) => (
          <section key={section} className="mb-5 break-inside-avoid">
            <h3 className="mb-1 font-medium text-muted text-xs">{section}</h3>
            <dl>
              {items.map(action => (
                <div key={action.id} className="flex min-h-7 items-center justify-between gap-4">
                  <dt>{action.title}</dt>
                  <dd>
                    <Kbd keys={action.keys ?? ''} />
                    <span className="sr-only">{action.keys}</span>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
