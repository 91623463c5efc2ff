import { useQuery } from '@tanstack/react-query'
import { Award } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../components/badge.tsx'
import { currentLocale } from '../../../i18n/i18n.ts'
import { ListPage } from '../form/list-page.tsx'
import { useOpen } from '../form/use-open.ts'
import { skillsQuery } from '../queries.ts'
import { languageName } from './languages.ts'
import { SkillDrawer } from './skill-drawer.tsx'

/** What agents can do, and the languages they speak. */
export function SkillsPage() {
  const { t } = useTranslation('adminRouting')
  const query = useQuery(skillsQuery)
  const { open, show, close } = useOpen()
  const skill = query.data?.find(other => other.id === open)
  return (
    <ListPage
      title={t('skills.title')}
      intro={t('skills.intro')}
      icon={Award}
      query={query}
      addLabel={t('skills.add')}
      empty={{ title: t('skills.emptyTitle'), body: t('skills.emptyBody') }}
      open={open}
      onOpen={show}
      searchText={row => row.name}
      columns={[
        {
          key: 'name',
          label: t('name'),
          cell: row => <span className="font-medium">{row.name}</span>,
          sortBy: row => row.name,
        },
        {
          key: 'kind',
          label: t('skills.kind'),
          cell: row =>
            row.kind === 'language' ? (
              <Badge tone="accent">{languageName(row.language ?? '', currentLocale())}</Badge>
            ) : (
              <Badge>{t('skills.kindSkill')}</Badge>
            ),
          sortBy: row => row.kind,
        },
        {
          key: 'agents',
          label: t('agents'),
          align: 'right',
          cell: row => row.agentCount,
          sortBy: row => row.agentCount,
        },
      ]}
    >
      {(open === 'new' || skill) && <SkillDrawer key={open} skill={skill ?? null} onClose={close} />}
    </ListPage>
  )
}
