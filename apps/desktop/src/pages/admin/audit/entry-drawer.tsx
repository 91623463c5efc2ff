import type { AuditEntry } from '@centrala/api/audit.ts'
import { useTranslation } from 'react-i18next'
import { Drawer } from '../../../components/drawer.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { useActionWords } from './action-words.ts'

type Facts = Record<string, unknown>
const facts = (value: unknown): Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Facts) : {}

/** One entry whole: field by field, how it was and how it is. */
export function EntryDrawer({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const { t } = useTranslation('adminSecurity')
  const format = useFormat()
  const words = useActionWords()
  const [before, after] = [facts(entry.before), facts(entry.after)]
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return (
    <Drawer open onClose={onClose} title={words(entry.action)} wide>
      <div className="flex flex-col gap-5 p-4">
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2">
          <dt className="text-muted">{t('audit.at')}</dt>
          <dd className="figures">{format.full(entry.at)}</dd>
          <dt className="text-muted">{t('audit.who')}</dt>
          <dd>{entry.user?.name ?? entry.apiKey?.name ?? t('audit.system')}</dd>
          <dt className="text-muted">{t('audit.address')}</dt>
          <dd className="figures">{entry.address ?? '–'}</dd>
          <dt className="text-muted">{t('audit.subject')}</dt>
          <dd>
            {entry.subjectName ?? '–'}
            {entry.subjectId && <code className="block break-all text-muted text-xs">{entry.subjectId}</code>}
          </dd>
        </dl>
        {fields.length > 0 && (
          <div className="overflow-x-auto">
            <table className="w-full text-left">
              <thead>
                <tr className="text-muted text-xs">
                  <th scope="col" className="border-b py-1.5 pr-3 font-medium">
                    {t('audit.field')}
                  </th>
                  <th scope="col" className="border-b py-1.5 pr-3 font-medium">
                    {t('audit.before')}
                  </th>
                  <th scope="col" className="border-b py-1.5 font-medium">
                    {t('audit.after')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {fields.map(field => (
                  <tr key={field} className="align-top">
                    <th scope="row" className="border-b py-1.5 pr-3 font-normal text-muted">
                      {field}
                    </th>
                    <td className="border-b py-1.5 pr-3">
                      <Shown value={before[field]} />
                    </td>
                    <td className="border-b py-1.5">
                      <Shown value={after[field]} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
    </Drawer>
  )
}

function Shown({ value }: { value: unknown }) {
  if (value === undefined || value === null) return <span className="text-faint">–</span>
  if (typeof value !== 'object') return <span className="break-words">{String(value)}</span>
  return <pre className="whitespace-pre-wrap break-all font-mono text-xs">{JSON.stringify(value, null, 1)}</pre>
}
