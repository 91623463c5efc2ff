import { clsx } from 'clsx'
import { Ellipsis } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../components/button.tsx'
import { IconButton } from '../components/icon-button.tsx'
import { Menu, MenuItem } from '../components/menu.tsx'
import { Tooltip } from '../components/tooltip.tsx'
import type { CallControl } from './use-call-controls.ts'

/** The controls as buttons: with words where the bar is wide, signs with tooltips where it is not; the rest behind "More". */
export function CallButtons({ controls, busy }: { controls: readonly CallControl[]; busy: string | null }) {
  const { t } = useTranslation(['call', 'common'])
  const main = controls.filter(control => !control.minor)
  const minor = controls.filter(control => control.minor)
  const end = main.findLast(control => control.look === 'danger')
  return (
    <div role="toolbar" aria-label={t('controls')} className="flex flex-wrap items-center gap-1">
      {main.map(control => control !== end && <One key={control.id} control={control} busy={busy} />)}
      {minor.map(control => (
        <span key={control.id} className="contents @max-4xl:hidden">
          <One control={control} busy={busy} />
        </span>
      ))}
      {minor.length > 0 && (
        <span className="@4xl:hidden">
          <Menu trigger={<IconButton icon={Ellipsis} label={t('common:more')} />}>
            {minor.map(control => (
              <MenuItem key={control.id} icon={control.icon} keys={control.keys} onSelect={control.run}>
                {control.label}
              </MenuItem>
            ))}
          </Menu>
        </span>
      )}
      {end && <One control={end} busy={busy} />}
    </div>
  )
}

function One({ control, busy }: { control: CallControl; busy: string | null }) {
  const { id, label, icon, keys, look, pressed, spoken, run } = control
  return (
    <Tooltip label={label} keys={keys}>
      <Button
        look={look ?? 'ghost'}
        icon={icon}
        aria-label={label}
        aria-pressed={pressed}
        aria-keyshortcuts={keys?.replace('alt+', 'Alt+')}
        busy={busy === id}
        onClick={run}
        className={clsx(
          'px-2! pointer-coarse:min-w-10',
          look === undefined && 'text-ink!',
          pressed && 'bg-bad-soft! text-bad-ink!',
        )}
      >
        <span
          className={clsx(
            look !== 'primary' && (look === undefined && !pressed && !spoken ? '@max-2xl:hidden' : '@max-md:hidden'),
          )}
        >
          {label}
        </span>
      </Button>
    </Tooltip>
  )
}
