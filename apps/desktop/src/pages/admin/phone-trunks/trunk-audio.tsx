import { TRUNK_CODECS } from '@centrala/api/trunk.ts'
import { useTranslation } from 'react-i18next'
import { CheckList } from '../../../components/check-list.tsx'
import { Field } from '../../../components/field.tsx'
import { Select } from '../../../components/select.tsx'
import { FormPart } from '../form/form-part.tsx'
import type { Draft } from '../form/use-draft.ts'
import type { TrunkValue } from './trunk-drawer.tsx'

/** How the sound goes: in what form, and whether strangers could hear it. */
export function TrunkAudio({ draft: { value, setIn, error } }: { draft: Draft<TrunkValue> }) {
  const { t } = useTranslation('adminPhone')
  const { codecs, srtp } = value.config
  return (
    <FormPart title={t('trunks.audio')}>
      <Field label={t('trunks.srtp')} hint={t('trunks.srtpHint')} error={error('config.srtp')}>
        <Select
          value={srtp}
          onChange={next => setIn('config.srtp', next)}
          options={(['off', 'optional', 'required'] as const).map(one => ({
            value: one,
            label: t(`trunks.srtpIs.${one}`),
          }))}
        />
      </Field>
      <p className="font-medium text-xs">{t('trunks.codecs')}</p>
      <CheckList
        label={t('trunks.codecs')}
        options={TRUNK_CODECS.map(one => ({ value: one, label: one, hint: t(`trunks.codec.${one}`) }))}
        value={codecs}
        onChange={next =>
          setIn(
            'config.codecs',
            TRUNK_CODECS.filter(one => next.includes(one)),
          )
        }
      />
      {error('config.codecs') && (
        <p role="alert" className="text-bad-ink text-xs">
          {error('config.codecs')}
        </p>
      )}
    </FormPart>
  )
}
