import { type ApiKey, revokeApiKey } from '@centrala/api/api-key.ts'
import { Ban } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api, queries } from '../../../api.ts'
import { Button } from '../../../components/button.tsx'
import { confirm } from '../../../components/confirm.tsx'
import { Drawer } from '../../../components/drawer.tsx'
import { toast } from '../../../components/toast.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { problemWords } from '../../../i18n/problem-words.ts'
import { KeyState } from './key-state.tsx'
import { apiKeysQuery } from './queries.ts'
import { scopeKey } from './scopes.ts'

/** What a key may do. A key is never changed: revoke it and make another. */
export function KeyDrawer({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation(['adminSecurity', 'common'])
  const format = useFormat()
  const revoke = async () => {
    try {
      await api.call(revokeApiKey, { params: { id: apiKey.id } })
      await queries.invalidateQueries(apiKeysQuery)
      toast({ tone: 'ok', title: t('keys.wasRevoked') })
    } catch (error) {
      toast({ tone: 'bad', title: problemWords(error) })
    }
  }
  const facts: [string, React.ReactNode][] = [
    [t('keys.state'), <KeyState key="state" apiKey={apiKey} />],
    [t('keys.prefix'), <code key="prefix">{apiKey.prefix}…</code>],
    [t('keys.by'), apiKey.createdBy?.name ?? '–'],
    [t('keys.created'), format.dateTime(apiKey.createdAt)],
    [t('keys.expires'), apiKey.expiresAt ? format.dateTime(apiKey.expiresAt) : t('keys.neverExpires')],
    [t('keys.used'), apiKey.lastUsedAt ? format.dateTime(apiKey.lastUsedAt) : t('keys.never')],
  ]
  return (
    <Drawer
      open
      onClose={onClose}
      title={apiKey.name}
      footer={
        <>
          {!apiKey.revokedAt && (
            <Button
              look="ghost"
              icon={Ban}
              className="mr-auto"
              onClick={() =>
                confirm({
                  title: t('keys.revokeTitle', { name: apiKey.name }),
                  body: t('keys.revokeBody'),
                  action: t('keys.revoke'),
                  danger: true,
                  run: revoke,
                })
              }
            >
              {t('keys.revoke')}
            </Button>
          )}
          <Button onClick={onClose}>{t('common:close')}</Button>
        </>
      }
    >
      <div className="flex flex-col gap-5 p-4">
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2">
          {facts.map(([label, value]) => (
            <div key={label} className="contents">
              <dt className="text-muted">{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <section>
          <h3 className="mb-2 font-semibold">{t('keys.scopes')}</h3>
          <ul className="flex flex-col gap-1.5">
            {apiKey.scopes.map(scope => (
              <li key={scope}>
                <span className="block">{t(`scope.${scopeKey(scope)}`)}</span>
                <code className="text-muted text-xs">{scope}</code>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </Drawer>
  )
}
