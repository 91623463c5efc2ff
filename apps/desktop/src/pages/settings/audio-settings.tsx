import { echoLine } from '@centrala/api/call.ts'
import { useQuery } from '@tanstack/react-query'
import { Volume2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'
import { Field } from '../../components/field.tsx'
import { Section } from '../../components/page.tsx'
import { Select } from '../../components/select.tsx'
import { toast } from '../../components/toast.tsx'
import { VolumeSlider } from '../../components/volume-slider.tsx'
import { problemWords } from '../../i18n/problem-words.ts'
import { phoneQuery } from '../../phone/calls.ts'
import { canChooseSpeaker, chooseDevices, useChosenDevices, useDeviceList } from '../../phone/devices.ts'
import { watchLevel } from '../../phone/microphone.ts'
import { connectPhone, openLineId, phoneStream, tryMicrophone, usePhone } from '../../phone/phone.ts'
import { signKind } from '../../phone/sign-kind.ts'
import { changePreferences, usePreferences } from '../../session/preferences.ts'
import { playOffer, ringOn } from '../inbox/sound.ts'
import { TryWays } from './try-ways.tsx'

const SYSTEM = 'system'

/** Microphone, speakers and ring of this computer, with a way to see and hear that they work. */
export function AudioSettings() {
  const { t } = useTranslation('call')
  const devices = useChosenDevices()
  const { audio } = usePhone()
  const phone = useQuery(phoneQuery).data
  const view = usePhone()
  const kind = signKind(view, phone)
  const list = useDeviceList(audio.kind)
  const on = audio.kind === 'on'
  const options = (found: readonly MediaDeviceInfo[], chosen: string) => [
    { value: SYSTEM, label: t('audio.system') },
    ...found.map((one, index) => ({
      value: one.deviceId,
      label: one.label || t('audio.unnamed', { number: index + 1 }),
    })),
    ...(chosen !== '' && !found.some(one => one.deviceId === chosen)
      ? [{ value: chosen, label: t('audio.unplugged') }]
      : []),
  ]
  const choose = (which: 'microphone' | 'speaker' | 'ringSpeaker') => (value: string) => {
    const deviceId = value === SYSTEM ? '' : value
    chooseDevices({ [which]: deviceId })
    if (which === 'ringSpeaker') ringOn(deviceId)
  }
  const { ringVolume } = usePreferences()
  return (
    <Section title={t('audio.title')} hint={t('audio.hint')}>
      <div id="audio" className="flex max-w-xl scroll-mt-20 flex-col gap-4">
        {!on && (
          <div className="flex flex-wrap items-center gap-3 rounded-md bg-sunken p-3">
            <span className="min-w-0 flex-1">
              <span className="block font-medium">{t(`sign.${kind}`)}</span>
              <span className="block text-muted">{t(`hint.${kind}`)}</span>
            </span>
            {kind !== 'insecure' && kind !== 'loading' && (
              <Button look="primary" onClick={() => connectPhone(audio.kind === 'elsewhere')}>
                {t(audio.kind === 'elsewhere' ? 'do.here' : 'do.connect')}
              </Button>
            )}
          </div>
        )}
        <Field label={t('audio.microphone')}>
          <Select
            value={devices.microphone || SYSTEM}
            onChange={choose('microphone')}
            options={options(list.microphones, devices.microphone)}
            disabled={!on}
          />
        </Field>
        {on && <Level />}
        {canChooseSpeaker() && (
          <>
            <Field label={t('audio.speaker')}>
              <Select
                value={devices.speaker || SYSTEM}
                onChange={choose('speaker')}
                options={options(list.speakers, devices.speaker)}
                disabled={!on}
              />
            </Field>
            <Field label={t('audio.ringSpeaker')} hint={t('audio.ringSpeakerHint')}>
              <Select
                value={devices.ringSpeaker || SYSTEM}
                onChange={choose('ringSpeaker')}
                options={options(list.speakers, devices.ringSpeaker)}
                disabled={!on}
              />
            </Field>
          </>
        )}
        <RingVolume volume={ringVolume} />
        <Echo ready={kind === 'ready'} />
        <TryWays />
      </div>
    </Section>
  )
}

function RingVolume({ volume }: { volume: number }) {
  const { t } = useTranslation('call')
  const choose = (ringVolume: number) => {
    void changePreferences({ ringVolume })
    playOffer('voice', ringVolume)
  }
  return (
    <div className="flex flex-wrap items-center gap-3">
      <span className="font-medium text-xs">{t('audio.ringVolume')}</span>
      <VolumeSlider label={t('audio.ringVolume')} volume={volume} onChoose={choose} />
      <Button size="sm" icon={Volume2} onClick={() => playOffer('voice', volume)}>
        {t('audio.ring')}
      </Button>
    </div>
  )
}

/** How loud the microphone hears, moving as one speaks. */
function Level() {
  const { t } = useTranslation('call')
  const view = usePhone()
  const stream = phoneStream()
  const [level, setLevel] = useState(0)
  useEffect(() => (stream ? watchLevel(stream, setLevel) : undefined), [stream])
  return (
    <div className="flex items-center gap-3">
      <span className="text-muted text-xs">{t(view.muted ? 'muted' : 'audio.level')}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be drawn as lamps in every browser */}
      <div
        role="meter"
        aria-label={t('audio.level')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(level * 100)}
        className="flex h-3 flex-1 gap-0.5"
      >
        {Array.from({ length: 24 }, (_, index) => (
          <span
            key={index}
            className={`flex-1 rounded-sm ${index / 24 < level ? (index > 21 ? 'bg-bad' : index > 18 ? 'bg-warn' : 'bg-ok') : 'bg-pressed'}`}
          />
        ))}
      </div>
    </div>
  )
}

/** What I say comes back a second later: microphone, network and speaker in one. */
function Echo({ ready }: { ready: boolean }) {
  const { t } = useTranslation('call')
  const [on, setOn] = useState(false)
  const [busy, setBusy] = useState(false)
  const set = async (next: boolean) => {
    const id = openLineId()
    if (id === null) return setOn(false)
    setBusy(true)
    try {
      await api.call(echoLine, { params: { id }, body: { on: next } })
      setOn(next)
    } catch (error) {
      setOn(false)
      toast({ tone: 'bad', title: problemWords(error) })
    } finally {
      setBusy(false)
    }
  }
  // Nobody wants to hear themselves after leaving the page.
  useEffect(() => {
    tryMicrophone(on)
    if (!on) return
    return () => {
      tryMicrophone(false)
      const id = openLineId()
      if (id !== null) void api.call(echoLine, { params: { id }, body: { on: false } }).catch(() => undefined)
    }
  }, [on])
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button
        disabled={!ready}
        busy={busy}
        aria-pressed={on}
        look={on ? 'primary' : 'plain'}
        onClick={() => void set(!on)}
      >
        {t(on ? 'audio.echoStop' : 'audio.echo')}
      </Button>
      <span role="status" className="min-w-0 flex-1 text-muted">
        {t(on ? 'audio.echoOn' : ready ? 'audio.echoHint' : 'audio.echoNeedsPhone')}
      </span>
    </div>
  )
}
