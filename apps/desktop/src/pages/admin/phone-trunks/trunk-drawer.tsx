import {
  changeTrunk,
  createTrunk,
  deleteTrunk,
  type Trunk,
  type TrunkSettings,
  trunkBody,
  trunkConfig,
} from '@centrala/api/trunk.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api.ts'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { Select } from '../../../components/select.tsx'
import { WordList } from '../../../components/word-list.tsx'
import { useSay } from '../../../i18n/use-say.ts'
import { EditDrawer } from '../form/edit-drawer.tsx'
import { Consequence, FormPart } from '../form/form-part.tsx'
import { NameField } from '../form/name-field.tsx'
import { useDraft } from '../form/use-draft.ts'
import { TrunkAudio } from './trunk-audio.tsx'
import { TrunkCallerId } from './trunk-caller-id.tsx'

export interface TrunkValue {
  name: string
  config: TrunkSettings
  password: string | null
  active: boolean
}

const FRESH = {
  ...trunkConfig.parse({ mode: 'address', host: 'new' }),
  mode: 'register',
  host: '',
  username: '',
} as const

export function TrunkDrawer({ trunk, onClose }: { trunk: Trunk | null; onClose: () => void }) {
  const { t } = useTranslation(['adminPhone', 'common'])
  const say = useSay()
  const draft = useDraft<TrunkValue>(trunkBody, {
    name: trunk?.name ?? '',
    config: trunk?.config ?? { ...FRESH },
    password: null,
    active: trunk?.active ?? true,
  })
  const [passwordTyped, setPasswordTyped] = useState(false)
  const { value, set, setIn, error } = draft
  const { config } = value
  const save = () => {
    const { password, ...rest } = trunkBody.parse(value)
    const body = { ...rest, ...(passwordTyped && { password }) }
    return trunk ? api.call(changeTrunk, { params: { id: trunk.id }, body }) : api.call(createTrunk, { body })
  }
  return (
    <EditDrawer
      title={trunk ? trunk.name : t('trunks.add')}
      wide
      draft={draft}
      save={save}
      onClose={onClose}
      removal={
        trunk && {
          label: t('common:delete'),
          title: t('trunks.deleteTitle', { name: trunk.name }),
          body: t('trunks.deleteBody'),
          run: () => api.call(deleteTrunk, { params: { id: trunk.id } }),
        }
      }
    >
      {trunk?.active && trunk.state === 'failing' && trunk.stateSentence && (
        <Consequence tone="warn">{say(trunk.statePhrase, trunk.stateSentence)}</Consequence>
      )}
      <FormPart title={t('trunks.provider')} hint={t('trunks.providerHint')}>
        <NameField draft={draft} label={t('name')} isNew={!trunk} />
        <div className="grid gap-4 sm:grid-cols-[1fr_auto_auto]">
          <Field label={t('trunks.host')} error={error('config.host')} required>
            <Input
              value={config.host}
              onChange={event => setIn('config.host', event.target.value)}
              placeholder="sip.example.com"
            />
          </Field>
          <Field label={t('trunks.port')} error={error('config.port')} optional>
            <Input
              inputMode="numeric"
              value={config.port ?? ''}
              onChange={event => setIn('config.port', event.target.value === '' ? null : Number(event.target.value))}
              className="figures max-w-24"
            />
          </Field>
          <Field label={t('trunks.transport')}>
            <Select
              value={config.transport}
              onChange={next => setIn('config.transport', next)}
              options={(['udp', 'tcp', 'tls'] as const).map(one => ({ value: one, label: one.toUpperCase() }))}
            />
          </Field>
        </div>
        <Field label={t('trunks.known')} hint={t(`trunks.modeHint.${config.mode}`)}>
          <Select
            value={config.mode}
            onChange={next => setIn('config.mode', next)}
            options={(['register', 'address'] as const).map(one => ({ value: one, label: t(`trunks.mode.${one}`) }))}
          />
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label={t('trunks.username')}
            error={error('config.username')}
            required={config.mode === 'register'}
            optional={config.mode !== 'register'}
          >
            <Input
              value={config.username ?? ''}
              onChange={event => setIn('config.username', event.target.value || null)}
            />
          </Field>
          <Field label={t('trunks.password')} hint={t('trunks.passwordHint')} error={error('password')}>
            <Input
              type="password"
              autoComplete="new-password"
              value={value.password ?? ''}
              placeholder={trunk?.passwordSet ? t('trunks.passwordStored') : ''}
              onChange={event => {
                setPasswordTyped(true)
                set({ password: event.target.value || null })
              }}
            />
          </Field>
          <Field label={t('trunks.realm')} hint={t('trunks.realmHint')} error={error('config.realm')} optional>
            <Input value={config.realm ?? ''} onChange={event => setIn('config.realm', event.target.value || null)} />
          </Field>
        </div>
        <Field label={t('trunks.from')} hint={t('trunks.fromHint')} error={draft.errorBelow('config.from')}>
          <WordList
            value={config.from}
            onChange={from => setIn('config.from', from)}
            label={t('trunks.from')}
            placeholder="203.0.113.0/24"
            removeLabel={what => t('remove', { what })}
          />
        </Field>
        <Checkbox
          checked={value.active}
          onChange={active => set({ active })}
          label={t('inUse')}
          hint={t('trunks.activeHint')}
        />
      </FormPart>
      <FormPart title={t('trunks.share')} hint={t('trunks.shareHint')}>
        <div className="grid gap-4 sm:grid-cols-3">
          <Field label={t('trunks.priority')} hint={t('trunks.priorityHint')} error={error('config.priority')}>
            <NumberInput value={config.priority} onChange={next => setIn('config.priority', next)} min={0} max={100} />
          </Field>
          <Field label={t('trunks.maxCalls')} hint={t('trunks.maxCallsHint')} error={error('config.maxCalls')}>
            <NumberInput value={config.maxCalls} onChange={next => setIn('config.maxCalls', next)} min={0} />
          </Field>
          <Field label={t('trunks.perSecond')} error={error('config.maxCallsPerSecond')}>
            <NumberInput
              value={config.maxCallsPerSecond}
              onChange={next => setIn('config.maxCallsPerSecond', next)}
              min={0.1}
              step={0.1}
            />
          </Field>
        </div>
      </FormPart>
      <TrunkCallerId draft={draft} />
      <TrunkAudio draft={draft} />
    </EditDrawer>
  )
}
