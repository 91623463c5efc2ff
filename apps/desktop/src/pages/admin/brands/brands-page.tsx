import { type Brand, brandBody, changeBrand, createBrand, deleteBrand } from '@centrala/api/brand.ts'
import { useQuery } from '@tanstack/react-query'
import { Tags } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { ColorInput } from '../../../components/color-input.tsx'
import { Field } from '../../../components/field.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { Select } from '../../../components/select.tsx'
import { LOCALES } from '../../../i18n/locale.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { Consequence } from '../form/form-part.tsx'
import { ListPage } from '../form/list-page.tsx'
import { NameField } from '../form/name-field.tsx'
import { useDraft } from '../form/use-draft.ts'
import { useOpen } from '../form/use-open.ts'
import { brandsQuery } from '../queries.ts'

/** Client programmes: who the customers think they are talking to. */
export function BrandsPage() {
  const { t } = useTranslation('adminChannels')
  const query = useQuery(brandsQuery)
  const { open, show, close } = useOpen()
  const brand = query.data?.find(other => other.id === open)
  return (
    <ListPage
      title={t('brands.title')}
      intro={t('brands.intro')}
      icon={Tags}
      query={query}
      addLabel={t('brands.add')}
      empty={{ title: t('brands.emptyTitle'), body: t('brands.emptyBody') }}
      open={open}
      onOpen={show}
      searchText={row => row.name}
      columns={[
        {
          key: 'name',
          label: t('name'),
          cell: row => (
            <span className="flex items-center gap-2 font-medium">
              <span aria-hidden className="size-3 rounded-full" style={{ background: row.color }} />
              {row.name}
            </span>
          ),
          sortBy: row => row.name,
        },
        { key: 'locale', label: t('language'), cell: row => LOCALES.find(one => one.code === row.locale)?.name },
        { key: 'queues', label: t('brands.queues'), align: 'right', cell: row => row.queueIds.length },
        { key: 'accounts', label: t('channels.title'), align: 'right', cell: row => row.channelAccountIds.length },
      ]}
    >
      {(open === 'new' || brand) && <BrandDrawer key={open} brand={brand ?? null} onClose={close} />}
    </ListPage>
  )
}

function BrandDrawer({ brand, onClose }: { brand: Brand | null; onClose: () => void }) {
  const { t } = useTranslation(['adminChannels', 'adminPolicy', 'common'])
  const draft = useDraft(brandBody, {
    name: brand?.name ?? '',
    locale: brand?.locale ?? ('en' as Brand['locale']),
    color: brand?.color ?? '#0f766e',
    routingWeight: brand?.routingWeight ?? 0,
  })
  const { value, set, error } = draft
  const save = () => {
    const body = brandBody.parse(value)
    return brand ? api.call(changeBrand, { params: { id: brand.id }, body }) : api.call(createBrand, { body })
  }
  return (
    <EditDrawer
      title={brand ? brand.name : t('brands.add')}
      draft={draft}
      save={save}
      onClose={onClose}
      removal={
        brand && {
          label: t('common:delete'),
          title: t('brands.deleteTitle', { name: brand.name }),
          body: t('brands.deleteBody'),
          run: () => api.call(deleteBrand, { params: { id: brand.id } }),
        }
      }
    >
      <NameField draft={draft} label={t('name')} hint={t('brands.nameHint')} isNew={!brand} />
      <Field label={t('language')} hint={t('brands.languageHint')}>
        <Select
          value={value.locale}
          onChange={locale => set({ locale })}
          options={LOCALES.map(one => ({ value: one.code, label: one.name }))}
        />
      </Field>
      <Field label={t('color')} hint={t('brands.colorHint')} error={error('color')}>
        <ColorInput value={value.color} onChange={color => set({ color })} label={t('color')} />
      </Field>
      <Field
        label={t('adminPolicy:weight.title')}
        hint={t('adminPolicy:weight.brandHint')}
        error={error('routingWeight')}
      >
        <NumberInput
          value={value.routingWeight ?? 0}
          onChange={routingWeight => set({ routingWeight })}
          min={-1000}
          max={1000}
          unit={t('adminPolicy:weight.points')}
        />
      </Field>
      {brand && (
        <Consequence>
          {t('brands.used', { queues: brand.queueIds.length, accounts: brand.channelAccountIds.length })}
        </Consequence>
      )}
    </EditDrawer>
  )
}
