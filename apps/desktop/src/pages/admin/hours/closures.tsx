import type { HoursBody } from '@centrala/api/hours.ts'
import { Plus, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../components/button.tsx'
import { IconButton } from '../../../components/icon-button.tsx'
import { Input } from '../../../components/input.tsx'
import { RangesInput } from './ranges-input.tsx'

type Closure = HoursBody['closures'][number]

interface ClosuresProps {
  value: readonly Closure[]
  onChange: (value: Closure[]) => void
  error: (path: string) => string | null
}

/** Days that differ: closed, or open at other times. */
export function Closures({ value, onChange, error }: ClosuresProps) {
  const { t } = useTranslation('adminRouting')
  const set = (index: number, patch: Partial<Closure>) =>
    onChange(value.map((other, place) => (place === index ? { ...other, ...patch } : other)))
  const add = () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
    onChange([...value, { from: tomorrow, to: tomorrow, name: '', open: [] }])
  }
  return (
    <>
      <ul className="flex flex-col gap-3">
        {value.map((closure, index) => {
          const problem = error(`closures.${index}`)
          const label = closure.name || t('hours.closure')
          return (
            <li key={index} className="flex flex-col gap-1.5 rounded-md bg-sunken p-2.5">
              <div className="flex flex-wrap items-center gap-2">
                <Input
                  value={closure.name}
                  placeholder={t('hours.closureName')}
                  aria-label={t('hours.closureName')}
                  maxLength={120}
                  onChange={event => set(index, { name: event.target.value })}
                  className="max-w-52"
                />
                <Input
                  type="date"
                  value={closure.from}
                  aria-label={t('hours.firstDay')}
                  onChange={event =>
                    set(index, {
                      from: event.target.value,
                      ...(closure.to < event.target.value ? { to: event.target.value } : {}),
                    })
                  }
                  className="figures max-w-38"
                />
                <span aria-hidden>–</span>
                <Input
                  type="date"
                  value={closure.to}
                  min={closure.from}
                  aria-label={t('hours.lastDay')}
                  onChange={event => set(index, { to: event.target.value })}
                  className="figures max-w-38"
                />
                <IconButton
                  icon={X}
                  size="sm"
                  label={t('hours.removeClosure', { name: label })}
                  onClick={() => onChange(value.filter((_, place) => place !== index))}
                />
              </div>
              <RangesInput
                value={closure.open}
                label={label}
                closedLabel={t('hours.closedAllDay')}
                onChange={open => set(index, { open })}
              />
              {problem && (
                <p role="alert" className="text-bad-ink text-xs">
                  {problem}
                </p>
              )}
            </li>
          )
        })}
      </ul>
      <Button size="sm" icon={Plus} onClick={add} className="self-start">
        {t('hours.addClosure')}
      </Button>
    </>
  )
}
