import type { ApiKey } from '@centrala/api/api-key.ts'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../components/badge.tsx'

/** Whether a key still opens anything. */
export function KeyState({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation('adminSecurity')
  if (apiKey.revokedAt) return <Badge>{t('keys.revoked')}</Badge>
  const isOver = apiKey.expiresAt !== null && Date.parse(apiKey.expiresAt) <= Date.now()
  return isOver ? <Badge tone="warn">{t('keys.expired')}</Badge> : <Badge tone="ok">{t('keys.active')}</Badge>
}
