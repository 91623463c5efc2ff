import { DESK_PHONE_REALM, type DeskPhone, type PhoneServer } from '@centrala/api/desk-phone.ts'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/button.tsx'
import { CopyBlock } from '../../../components/copy-block.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { Consequence } from '../form/form-part.tsx'

interface SetupProps {
  phone: DeskPhone
  /** Known only at the moment it was made. */
  password: string | null
  servers: readonly PhoneServer[]
}

/** What to write into the phone, each with a button that copies it. */
export function Setup({ phone, password, servers }: SetupProps) {
  const { t } = useTranslation('adminPhone')
  const line = (label: string, text: string) => (
    <div className="grid items-center gap-x-3 gap-y-0.5 sm:grid-cols-[9rem_1fr]">
      <span className="text-muted text-xs">{label}</span>
      <CopyBlock text={text} label={label} />
    </div>
  )
  return (
    <div className="flex flex-col gap-2">
      {servers.length === 0 && <Consequence tone="warn">{t('phones.noNode')}</Consequence>}
      {servers.map(server => (
        <div key={server.nodeId} className="flex flex-col gap-2">
          {line(t('phones.server'), addressOf(server))}
        </div>
      ))}
      {line(t('phones.username'), phone.username)}
      {password !== null && line(t('phones.password'), password)}
      {line(t('phones.realm'), DESK_PHONE_REALM)}
    </div>
  )
}

/** As most phones want it: host, port, and how. The safest that the node offers. */
function addressOf({ host, tls, tcp, udp }: PhoneServer): string {
  const [port, transport] = tls ? [tls, 'tls'] : udp ? [udp, 'udp'] : [tcp, 'tcp']
  return `${host.includes(':') ? `[${host}]` : host}:${port};transport=${transport}`
}

export function SetupDialog({ onClose, ...setup }: SetupProps & { onClose: () => void }) {
  const { t } = useTranslation(['adminPhone', 'common'])
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('phones.madeTitle', { name: setup.phone.userName })}
      description={t('phones.madeHint')}
      footer={
        <Button look="primary" onClick={onClose}>
          {t('phones.noted')}
        </Button>
      }
    >
      <Setup {...setup} />
    </Dialog>
  )
}
