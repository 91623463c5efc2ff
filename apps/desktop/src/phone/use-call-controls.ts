import {
  answerConsult,
  type Call,
  cancelConsult,
  completeConsult,
  conference,
  hangUp,
  holdCall,
  muteCall,
  parkCall,
  recordCall,
  removeLeg,
  resumeCall,
} from '@centrala/api/call.ts'
import { useQuery } from '@tanstack/react-query'
import {
  ArrowLeftRight,
  Circle,
  CirclePause,
  CreditCard,
  Forward,
  Grid3x3,
  Keyboard,
  type LucideIcon,
  Mic,
  MicOff,
  Pause,
  Phone,
  PhoneOff,
  Play,
  SquareParking,
  UserRoundPlus,
  UsersRound,
  Video,
  X,
} from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api.ts'
import { toast } from '../components/toast.tsx'
import { queuesQuery } from '../configuration/configuration.ts'
import { problemWords } from '../i18n/problem-words.ts'
import { useMyWork } from '../pages/inbox/my-work.ts'
import { useMe } from '../session/me.ts'
import { openCallText } from './call-text-store.ts'
import { type MyPart, myPart, openRecording, phoneQuery } from './calls.ts'
import { askPhone } from './door.ts'
import { openLineId, setMuted, toIceServer, usePhone } from './phone.ts'
import { openVideo } from './video.ts'

export interface CallControl {
  id: string
  label: string
  icon: LucideIcon
  keys?: string
  /** The next sensible thing, or the one that ends. */
  look?: 'primary' | 'danger'
  pressed?: boolean
  /** Keeps its words where others are signs: a choice that one should not guess. */
  spoken?: boolean
  /** Less used: behind "More" where there is little room. */
  minor?: boolean
  run: () => void
}

/** Everything I can do with a call as it is now: buttons, keys and the palette show the same list. */
export function useCallControls(call: Call | null): { controls: CallControl[]; busy: string | null; part: MyPart } {
  const { t } = useTranslation('call')
  const me = useMe()
  const { data } = useMyWork()
  const { muted } = usePhone()
  const phone = useQuery(phoneQuery).data
  const queues = useQuery(queuesQuery).data
  const [busy, setBusy] = useState<string | null>(null)
  if (call === null) return { controls: [], busy: null, part: null }

  const part = myPart(call, me.id, new Set(data?.map(item => item.id)))
  const params = { id: call.id }
  const lineId = openLineId(call.nodeId)
  const work = (id: string, ask: () => Promise<unknown>) => async () => {
    if (busy !== null) return
    setBusy(id)
    try {
      await ask()
    } catch (error) {
      toast({ tone: 'bad', title: problemWords(error), durationMs: 8000 })
    } finally {
      setBusy(null)
    }
  }
  const control = (
    id: string,
    icon: LucideIcon,
    label: string,
    ask: () => Promise<unknown>,
    more: Partial<CallControl> = {},
  ): CallControl => ({ id: `call.${id}`, icon, label, run: work(`call.${id}`, ask), ...more })

  const mute = control(
    'mute',
    muted ? MicOff : Mic,
    t(muted ? 'do.unmute' : 'do.mute'),
    async () => {
      // Here at once, whatever the network does; and at the node, for whoever speaks by a desk phone.
      setMuted(!muted)
      try {
        await api.call(muteCall, { params, body: { on: !muted } })
      } catch (error) {
        // Where the node was not told, it goes on as before: only this browser's own microphone is silent without it.
        if (muted || lineId === null) setMuted(muted)
        throw error
      }
    },
    { keys: 'alt+u', pressed: muted },
  )
  const myLeg = call.legs.find(leg => leg.userId === me.id && leg.endedAt === null)
  const leave = control(
    'leave',
    PhoneOff,
    t('do.leave'),
    () => api.call(removeLeg, { params: { id: call.id, legId: myLeg?.id ?? '' } }),
    { keys: 'alt+x', look: 'danger' },
  )
  if (part === 'asked' && call.consulting?.answered === false)
    return {
      part,
      busy,
      controls: [
        control(
          'answer',
          Phone,
          t('do.answer'),
          () => api.call(answerConsult, { params, body: { accept: true, lineId } }),
          {
            keys: 'alt+y',
            look: 'primary',
          },
        ),
        control('decline', X, t('do.decline'), () => api.call(answerConsult, { params, body: { accept: false } }), {
          keys: 'alt+n',
        }),
      ],
    }
  if (part === 'asked' || part === 'joined') return { part, busy, controls: myLeg ? [mute, leave] : [mute] }
  if (part !== 'agent') return { part, busy, controls: [] }

  const end = control('hangUp', PhoneOff, t('do.hangUp'), () => api.call(hangUp, { params }), {
    keys: 'alt+x',
    look: 'danger',
  })
  const keypad: CallControl = {
    id: 'call.keypad',
    icon: Grid3x3,
    label: t('do.keypad'),
    keys: 'alt+k',
    run: () => askPhone({ kind: 'keypad', callId: call.id }),
  }
  if (call.state === 'ringing' || call.state === 'flow' || call.state === 'queued')
    return { part, busy, controls: [mute, keypad, end] }
  const { consulting } = call
  if (consulting) {
    const back = control(
      'back',
      ArrowLeftRight,
      t('do.back'),
      async () => {
        const after = await api.call(cancelConsult, { params })
        // Whoever was on hold before stays so.
        if (after.state === 'held') await api.call(resumeCall, { params, body: { lineId } })
      },
      { keys: 'alt+h', spoken: true },
    )
    const ready = consulting.answered
    return {
      part,
      busy,
      controls: [
        ...(ready
          ? [
              control(
                'complete',
                Forward,
                t('do.complete', { name: consulting.name }),
                () => api.call(completeConsult, { params, body: {} }),
                {
                  keys: 'alt+o',
                  look: 'primary',
                },
              ),
              control('conference', UsersRound, t('do.conference'), () => api.call(conference, { params }), {
                keys: 'alt+b',
                spoken: true,
              }),
            ]
          : []),
        back,
        mute,
        ...(ready ? [keypad] : []),
        // No hanging up from here: it would be the customer's call that ends, when one means the colleague.
      ],
    }
  }
  const held = call.state === 'held'
  const queueId = data?.find(item => item.id === call.interactionId)?.queueId
  // As the server has it: what belongs to no queue is not recorded.
  const policy = queues?.find(queue => queue.id === queueId)?.voice.record ?? 'never'
  const recording = openRecording(call)
  const record = (what: 'start' | 'pause' | 'resume', reason: 'agent' | 'card' = 'agent') =>
    api.call(recordCall, { params, body: { do: what, reason } })
  return {
    part,
    busy,
    controls: [
      ...(held ? [] : [mute]),
      held
        ? control('resume', Play, t('do.resume'), () => api.call(resumeCall, { params, body: { lineId } }), {
            keys: 'alt+h',
            look: 'primary',
          })
        : control('hold', Pause, t('do.hold'), () => api.call(holdCall, { params }), { keys: 'alt+h' }),
      ...(call.way === 'web'
        ? [
            {
              id: 'call.video',
              icon: Video,
              label: t('do.video'),
              keys: 'alt+l',
              run: () => openVideo(call.id, (phone?.iceServers ?? []).map(toIceServer)),
            },
          ]
        : held
          ? []
          : [keypad]),
      {
        id: 'call.ask',
        icon: UserRoundPlus,
        label: t('do.ask'),
        keys: 'alt+c',
        run: () => askPhone({ kind: 'ask', callId: call.id }),
      },
      {
        id: 'call.transfer',
        icon: Forward,
        label: t('do.transfer'),
        keys: 'alt+t',
        run: () => askPhone({ kind: 'transfer', callId: call.id }),
      },
      control('park', SquareParking, t('do.park'), () => api.call(parkCall, { params }), {
        keys: 'alt+p',
        minor: true,
      }),
      ...(recording === undefined
        ? policy === 'never'
          ? []
          : [control('record', Circle, t('do.record'), () => record('start'), { keys: 'alt+r', minor: true })]
        : recording.state === 'recording'
          ? [
              control('card', CreditCard, t('do.card'), () => record('pause', 'card'), { keys: 'alt+v', minor: true }),
              control('pause', CirclePause, t('do.pause'), () => record('pause'), { keys: 'alt+r', minor: true }),
            ]
          : [
              control('resumeRecord', Circle, t('do.resumeRecord'), () => record('resume'), {
                keys: 'alt+r',
                minor: true,
              }),
            ]),
      {
        id: 'call.text',
        icon: Keyboard,
        label: t('do.text'),
        minor: true,
        run: () => {
          const conversationId = data?.find(item => item.id === call.interactionId)?.conversationId
          if (conversationId) openCallText(conversationId)
        },
      },
      end,
    ],
  }
}
