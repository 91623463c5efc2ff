import { tryLine } from '@centrala/api/call.ts'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Badge } from '../../components/badge.tsx'
import { Button } from '../../components/button.tsx'
import { phoneQuery } from '../../phone/calls.ts'
import { toIceServer } from '../../phone/phone.ts'
import { tryWays, type WayTried } from '../../phone/try-ways.ts'

/** Whether sound gets from this very browser to the voice node: directly, and by each of the company's TURN servers. */
export function TryWays() {
  const { t } = useTranslation('call')
  const phone = useQuery(phoneQuery).data
  const [ways, setWays] = useState<WayTried[] | null>(null)
  const [busy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    setWays(
      await tryWays(
        (phone?.iceServers ?? []).map(toIceServer),
        async sdp => (await api.call(tryLine, { body: { sdp } })).sdp,
      ),
    )
    setBusy(false)
  }
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <Button disabled={!phone || phone.nodes.length === 0} busy={busy} onClick={() => void run()}>
          {t('way.try')}
        </Button>
        <span className="min-w-0 flex-1 text-muted">{t('way.hint')}</span>
      </div>
      <ul role="status" className="flex flex-col gap-1">
        {ways?.map(({ url, result, code }) => (
          <li key={url} className="flex flex-wrap items-center gap-2">
            <Badge tone={result === 'works' ? 'ok' : 'bad'}>{t(`way.${result}`)}</Badge>
            {url === null ? <span>{t('way.direct')}</span> : <code className="text-xs">{url}</code>}
            {result !== 'works' && <span className="text-muted text-xs">{t(`way.${result}Hint`, { code })}</span>}
          </li>
        ))}
      </ul>
      {ways && phone?.iceServers.length === 0 && <p className="text-muted text-xs">{t('way.none')}</p>}
    </div>
  )
}
