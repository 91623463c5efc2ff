import type { HandedLink } from '@centrala/api/user.ts'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/button.tsx'
import { CopyBlock } from '../../../components/copy-block.tsx'
import { Dialog } from '../../../components/dialog.tsx'
import { useFormat } from '../../../i18n/format.ts'

interface HandedLinkDialogProps {
  purpose: 'invitation' | 'password'
  name: string
  link: HandedLink
  onClose: () => void
}

/** The link went out by mail; or, where none is sent, here it is to hand over. */
export function HandedLinkDialog({ purpose, name, link, onClose }: HandedLinkDialogProps) {
  const { t } = useTranslation(['adminPeople', 'common'])
  const format = useFormat()
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(`link.${purpose}`, { name })}
      description={t(link.mailed ? 'link.mailed' : 'link.handOver', { name, until: format.dateTime(link.expiresAt) })}
      footer={
        <Button look="primary" onClick={onClose}>
          {t('common:close')}
        </Button>
      }
    >
      {link.link && <CopyBlock text={link.link} label={t('link.label')} />}
    </Dialog>
  )
}
