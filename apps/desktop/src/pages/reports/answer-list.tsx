import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Star } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../components/button.tsx'
import { ChannelIcon } from '../../components/channel-icon.tsx'
import { Checkbox } from '../../components/checkbox.tsx'
import { Section } from '../../components/page.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { TimeAgo } from '../../components/time-ago.tsx'
import { useCan } from '../../session/me.ts'
import { type Asked, answersQuery } from './queries.ts'

/** What customers said, newest first, each with the conversation it is about. */
export function AnswerList({ asked }: { asked: Asked }) {
  const { t } = useTranslation(['reports', 'common'])
  const can = useCan()
  const [commented, setCommented] = useState(true)
  const answers = useInfiniteQuery(answersQuery(asked, commented))
  const items = answers.data?.pages.flatMap(page => page.items)
  return (
    <Section
      title={t('answers.title')}
      hint={t('answers.hint')}
      actions={<Checkbox checked={commented} onChange={setCommented} label={t('answers.commented')} />}
    >
      {!items && <SkeletonRows rows={3} />}
      {items?.length === 0 && <p className="py-4 text-muted">{t('answers.none')}</p>}
      <ul className="grid gap-2 lg:grid-cols-2">
        {items?.map(answer => (
          <li
            key={answer.interactionId}
            className="flex flex-col gap-1 rounded-lg px-3 py-2.5 ring-1 ring-line ring-inset"
          >
            <p className="flex items-center justify-between gap-3">
              <Stars score={answer.score} />
              <span className="text-muted text-xs">
                <TimeAgo at={answer.answeredAt} />
              </span>
            </p>
            {answer.comment && <p className="whitespace-pre-line break-words">{answer.comment}</p>}
            <p className="flex items-center gap-1.5 text-muted text-xs">
              <ChannelIcon channel={answer.channel} size={12} />
              <span className="min-w-0 flex-1 truncate">
                {[answer.agentName, answer.queueName].filter(Boolean).join(' · ')}
              </span>
              {can('conversation.read') && (
                <Link
                  to="/conversations/$conversationId"
                  params={{ conversationId: answer.conversationId }}
                  className="text-accent-ink hover:underline"
                >
                  {t('answers.open')}
                </Link>
              )}
            </p>
          </li>
        ))}
      </ul>
      {answers.hasNextPage && (
        <Button className="self-center" busy={answers.isFetchingNextPage} onClick={() => void answers.fetchNextPage()}>
          {t('common:showMore')}
        </Button>
      )}
    </Section>
  )
}

function Stars({ score }: { score: number }) {
  const { t } = useTranslation('reports')
  return (
    <span role="img" aria-label={t('answers.score', { score })} className="inline-flex items-center gap-0.5 text-warn">
      {[1, 2, 3, 4, 5].map(step => (
        <Star key={step} size={14} aria-hidden fill={step <= score ? 'currentColor' : 'none'} />
      ))}
      <span aria-hidden className="figures ml-1 font-semibold text-ink text-xs">
        {score}
      </span>
    </span>
  )
}
