import { useEffect, useState, useSyncExternalStore } from 'react'
import { z } from 'zod'
import { keep } from '../keep.ts'

/** Which devices this browser uses; kept on this machine, since device ids mean nothing on another. Empty: the system's own choice. */
const Devices = z.object({
  microphone: z.string().catch(''),
  speaker: z.string().catch(''),
  /** Where an offer rings: a loudspeaker, while talking goes to the headset. */
  ringSpeaker: z.string().catch(''),
})
export type Devices = z.infer<typeof Devices>

const KEY = 'centrala.devices'
const listeners = new Set<(devices: Devices) => void>()
let devices = read()

function read(): Devices {
  try {
    return Devices.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'))
  } catch {
    return Devices.parse({})
  }
}

export const chosenDevices = (): Devices => devices

export function chooseDevices(change: Partial<Devices>): void {
  devices = { ...devices, ...change }
  keep(KEY, JSON.stringify(devices))
  for (const listener of listeners) listener(devices)
}

export function onDevicesChosen(listener: (devices: Devices) => void): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export const useChosenDevices = (): Devices => useSyncExternalStore(onDevicesChosen, chosenDevices)

/** Whether the browser lets a page choose where it plays (Chromium, and Firefox from 116 on). */
export const canChooseSpeaker = (): boolean => 'setSinkId' in HTMLMediaElement.prototype

export interface DeviceList {
  microphones: MediaDeviceInfo[]
  speakers: MediaDeviceInfo[]
}

/** What is plugged in, kept up to date. Names are there only once the microphone is allowed; `asked` changes make it look again. */
export function useDeviceList(asked: unknown): DeviceList {
  const [list, setList] = useState<DeviceList>({ microphones: [], speakers: [] })
  useEffect(() => {
    const media = navigator.mediaDevices
    if (!media || asked === false) return
    let stopped = false
    const look = async () => {
      const all = await media.enumerateDevices().catch(() => [])
      // "default" and "communications" repeat others under the system's choice, which stands first in our own list.
      const real = all.filter(one => one.deviceId !== '' && !/^(default|communications)$/.test(one.deviceId))
      if (stopped) return
      setList({
        microphones: real.filter(one => one.kind === 'audioinput'),
        speakers: real.filter(one => one.kind === 'audiooutput'),
      })
    }
    void look()
    media.addEventListener('devicechange', look)
    return () => {
      stopped = true
      media.removeEventListener('devicechange', look)
    }
  }, [asked])
  return list
}
