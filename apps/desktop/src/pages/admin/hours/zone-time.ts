import { currentLocale } from '../../../i18n/i18n.ts'
import { intlTag } from '../../../i18n/locale.ts'

/** An instant as a clock in the given zone shows it, with its day: "Mon 23 Nov, 08:00". Hours are told in their own zone. */
export function zoneTime(at: string, timeZone: string): string {
  return new Intl.DateTimeFormat(intlTag(currentLocale()), {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(at))
}
