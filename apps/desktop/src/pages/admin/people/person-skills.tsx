import type { User } from '@centrala/api/user.ts'
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Combobox } from '../../../components/combobox.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { Select } from '../../../components/select.tsx'
import { skillsQuery } from '../queries.ts'

const LEVELS = ['1', '2', '3', '4', '5'] as const

/** What the person can do, and how well. */
export function PersonSkills({
  value,
  onChange,
}: {
  value: User['skills']
  onChange: (skills: User['skills']) => void
}) {
  const { t } = useTranslation('adminPeople')
  const skills = useQuery(skillsQuery).data ?? []
  const names = new Map(skills.map(skill => [skill.id, skill.name]))
  const free = skills.filter(skill => !value.some(one => one.skillId === skill.id))
  return (
    <div className="flex flex-col gap-2">
      <p className="font-medium text-xs">{t('people.skills')}</p>
      {value.length > 0 && (
        <ul className="flex flex-col gap-1.5">
          {value.map(({ skillId, proficiency }) => {
            const name = names.get(skillId) ?? '…'
            return (
              <li key={skillId} className="flex items-center gap-2">
                <span className="min-w-0 flex-1 truncate">{name}</span>
                <Select
                  aria-label={t('people.proficiencyOf', { skill: name })}
                  value={LEVELS[proficiency - 1] ?? '3'}
                  onChange={level =>
                    onChange(
                      value.map(one => (one.skillId === skillId ? { skillId, proficiency: Number(level) } : one)),
                    )
                  }
                  options={LEVELS.map(level => ({ value: level, label: `${level} · ${t(`people.level.${level}`)}` }))}
                  className="w-44 max-w-44"
                />
                <IconButton
                  icon={X}
                  size="sm"
                  label={t('people.removeSkill', { skill: name })}
                  onClick={() => onChange(value.filter(one => one.skillId !== skillId))}
                />
              </li>
            )
          })}
        </ul>
      )}
      {skills.length === 0 ? (
        <p className="text-muted text-xs">{t('people.noSkills')}</p>
      ) : (
        free.length > 0 && (
          <Combobox
            aria-label={t('people.addSkill')}
            placeholder={t('people.addSkill')}
            value={null}
            onChange={skillId => onChange([...value, { skillId, proficiency: 3 }])}
            options={free.map(skill => ({ value: skill.id, label: skill.name }))}
          />
        )
      )}
    </div>
  )
}
