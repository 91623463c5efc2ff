import type { Channel } from '@centrala/api/channel.ts'
import type { RoutingProfile } from '@centrala/api/routing-profile.ts'
import { useTranslation } from 'react-i18next'
import { Checkbox } from '../../../components/checkbox.tsx'

interface InterruptionsProps {
  channels: readonly Channel[]
  value: RoutingProfile['interrupts']
  onChange: (value: RoutingProfile['interrupts']) => void
}

/** A row for what an agent is busy with, a column for what may come on top of it. */
export function Interruptions({ channels, value, onChange }: InterruptionsProps) {
  const { t } = useTranslation(['adminRouting', 'common'])
  const name = (channel: Channel) => t(`common:channel.${channel}`)
  const toggle = (held: Channel, comes: Channel, on: boolean) => {
    const before = value[held] ?? []
    onChange({ ...value, [held]: on ? [...before, comes] : before.filter(channel => channel !== comes) })
  }
  return (
    <div className="overflow-x-auto">
      <table className="text-left">
        <thead>
          <tr className="text-muted text-xs">
            <th scope="col" className="pr-6 pb-1 font-medium">
              {t('profiles.busyWith')}
            </th>
            {channels.map(channel => (
              <th key={channel} scope="col" className="pr-6 pb-1 font-medium">
                {name(channel)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {channels.map(held => (
            <tr key={held}>
              <th scope="row" className="h-8 pr-6 font-normal">
                {name(held)}
              </th>
              {channels.map(comes => (
                <td key={comes} className="pr-6">
                  {held === comes ? (
                    <span className="text-faint">·</span>
                  ) : (
                    <Checkbox
                      quiet
                      checked={value[held]?.includes(comes) ?? false}
                      onChange={on => toggle(held, comes, on)}
                      label={t('profiles.mayInterrupt', { comes: name(comes), held: name(held) })}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
