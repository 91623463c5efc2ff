import {
  changeHours,
  createHours,
  deleteHours,
  type Hours,
  type HoursBody,
  hoursBody,
  listHolidayCountries,
} from '@centrala/api/hours.ts'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Combobox } from '../../../components/combobox.tsx'
import { Field } from '../../../components/field.tsx'
import { Select } from '../../../components/select.tsx'
import { currentLocale } from '../../../i18n/i18n.ts'
import { useMe } from '../../../session/me.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { FormPart } from '../form/form-part.tsx'
import { NameField } from '../form/name-field.tsx'
import { useDraft } from '../form/use-draft.ts'
import { Closures } from './closures.tsx'
import { HoursPreview } from './hours-preview.tsx'
import { WeekEditor } from './week-editor.tsx'

const NONE = 'none'
const WORK_WEEK: HoursBody['weekly'] = {
  mon: [['08:00', '16:00']],
  tue: [['08:00', '16:00']],
  wed: [['08:00', '16:00']],
  thu: [['08:00', '16:00']],
  fri: [['08:00', '16:00']],
}

export function HoursDrawer({ hours, onClose }: { hours: Hours | null; onClose: () => void }) {
  const { t } = useTranslation(['adminRouting', 'common'])
  const me = useMe()
  const draft = useDraft<HoursBody>(hoursBody, {
    name: hours?.name ?? '',
    timeZone: hours?.timeZone ?? me.tenant.timeZone,
    weekly: hours?.weekly ?? WORK_WEEK,
    country: hours?.country ?? null,
    closures: hours?.closures ?? [],
  })
  const { value, set, error } = draft
  const countries = useQuery({
    queryKey: ['holiday-countries', currentLocale()],
    queryFn: async () => (await api.call(listHolidayCountries, { query: { locale: currentLocale() } })).items,
    staleTime: Number.POSITIVE_INFINITY,
  }).data
  const country = countries?.find(one => one.code === value.country?.split('-')[0])
  const save = () => {
    const body = hoursBody.parse(value)
    return hours ? api.call(changeHours, { params: { id: hours.id }, body }) : api.call(createHours, { body })
  }
  return (
    <EditDrawer
      title={hours ? hours.name : t('hours.add')}
      wide
      draft={draft}
      save={save}
      onClose={onClose}
      removal={
        hours && {
          label: t('common:delete'),
          title: t('hours.deleteTitle', { name: hours.name }),
          body: t('hours.deleteBody'),
          run: () => api.call(deleteHours, { params: { id: hours.id } }),
        }
      }
    >
      <HoursPreview value={value} />
      <div className="grid gap-4 sm:grid-cols-2">
        <NameField draft={draft} label={t('name')} isNew={!hours} />
        <Field label={t('hours.timeZone')} hint={t('hours.timeZoneHint')} error={error('timeZone')} required>
          <Combobox
            value={value.timeZone}
            onChange={timeZone => set({ timeZone })}
            options={Intl.supportedValuesOf('timeZone').map(zone => ({
              value: zone,
              label: zone.replaceAll('_', ' '),
            }))}
          />
        </Field>
      </div>
      <FormPart title={t('hours.week')} hint={t('hours.weekHint')}>
        <WeekEditor value={value.weekly} onChange={weekly => set({ weekly })} error={draft.errorBelow} />
      </FormPart>
      <FormPart title={t('hours.holidays')} hint={t('hours.holidaysHint')}>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t('hours.country')} error={error('country')}>
            <Combobox
              value={value.country?.split('-')[0] ?? NONE}
              onChange={code => set({ country: code === NONE ? null : code })}
              options={[
                { value: NONE, label: t('hours.noHolidays') },
                ...(countries ?? []).map(one => ({ value: one.code, label: one.name, hint: one.code })),
              ]}
            />
          </Field>
          {country && country.regions.length > 0 && (
            <Field label={t('hours.region')}>
              <Select
                value={value.country ?? country.code}
                onChange={code => set({ country: code })}
                options={[
                  { value: country.code, label: t('hours.wholeCountry') },
                  ...country.regions.map(one => ({ value: one.code, label: one.name })),
                ]}
              />
            </Field>
          )}
        </div>
      </FormPart>
      <FormPart title={t('hours.closures')} hint={t('hours.closuresHint')}>
        <Closures value={value.closures} onChange={closures => set({ closures })} error={draft.errorBelow} />
      </FormPart>
    </EditDrawer>
  )
}
