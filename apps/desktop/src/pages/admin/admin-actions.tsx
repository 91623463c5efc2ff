import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useActions } from '../../actions/actions.ts'
import { useCan } from '../../session/me.ts'
import { sectionsFor } from './sections.ts'

/** Every page of the administration in the command palette, for whoever may open it. Loaded after the first screen. */
export default function AdminActions() {
  const { t } = useTranslation('admin')
  const navigate = useNavigate()
  useActions(
    sectionsFor(useCan()).map(section => ({
      id: `admin.${section.key}`,
      title: t(`section.${section.key}`),
      section: t('title'),
      icon: section.icon,
      run: () => void navigate({ to: '/admin/$section', params: { section: section.key } }),
    })),
  )
  return null
}
