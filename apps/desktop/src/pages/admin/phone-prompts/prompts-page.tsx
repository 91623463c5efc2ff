import { useQuery } from '@tanstack/react-query'
import { AudioLines, Speech as SpeechIcon } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../../components/badge.tsx'
import { Button } from '../../../components/button.tsx'
import { ListPage } from '../form/list-page.tsx'
import { useOpen } from '../form/use-open.ts'
import { promptsQuery, speechQuery } from '../phone-queries.ts'
import { PromptDrawer } from './prompt-drawer.tsx'
import { usePromptLanguage } from './prompt-language.ts'
import { SpeechDrawer } from './speech-drawer.tsx'

/** What callers hear: greetings, announcements, music. */
export function PromptsPage() {
  const { t } = useTranslation('adminPhone')
  const query = useQuery(promptsQuery)
  const speech = useQuery(speechQuery).data
  const languageOf = usePromptLanguage()
  const { open, show, close } = useOpen()
  const [speechOpen, setSpeechOpen] = useState(false)
  const prompt = query.data?.find(other => other.id === open)
  return (
    <ListPage
      title={t('prompts.title')}
      intro={t('prompts.intro')}
      icon={AudioLines}
      query={query}
      addLabel={t('prompts.add')}
      empty={{ title: t('prompts.emptyTitle'), body: t('prompts.emptyBody') }}
      open={open}
      onOpen={show}
      searchText={row => row.name}
      filters={
        <Button icon={SpeechIcon} onClick={() => setSpeechOpen(true)}>
          {t('speech.title')}
        </Button>
      }
      columns={[
        {
          key: 'name',
          label: t('name'),
          cell: row => <span className="font-medium">{row.name}</span>,
          sortBy: row => row.name,
        },
        {
          key: 'languages',
          label: t('prompts.languages'),
          cell: row =>
            row.variants.length === 0 ? (
              <Badge tone="warn">{t('prompts.silent')}</Badge>
            ) : (
              <span className="flex flex-wrap gap-1">
                {row.variants.map(variant => (
                  <Badge key={variant.language} tone="accent">
                    {languageOf(variant.language)}
                  </Badge>
                ))}
              </span>
            ),
        },
        {
          key: 'used',
          label: t('prompts.usedIn'),
          minor: true,
          cell: row => <span className="line-clamp-2 text-muted">{row.usedBy.map(use => use.name).join(', ')}</span>,
        },
      ]}
    >
      {(open === 'new' || prompt) && (
        <PromptDrawer key={open} prompt={prompt ?? null} onCreated={created => show(created.id)} onClose={close} />
      )}
      {speechOpen && speech && <SpeechDrawer speech={speech} onClose={() => setSpeechOpen(false)} />}
    </ListPage>
  )
}
