import { clsx } from 'clsx'
import { Maximize2, Minimize2, MonitorOff, MonitorUp, PictureInPicture2, Video, VideoOff, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../components/icon-button.tsx'
import { closeVideo, showVideo, type VideoView } from '../../phone/video.ts'

/** The visitor's picture in the corner of every page, mine inside it; it can leave the window as picture-in-picture. */
export function CallVideo({ name, view }: { name: string; view: VideoView }) {
  const { t } = useTranslation(['call', 'common'])
  const [large, setLarge] = useState(false)
  const theirs = useRef<HTMLVideoElement>(null)
  const camera = view.showing === 'camera'
  const screen = view.showing === 'screen'
  const pip = 'requestPictureInPicture' in HTMLVideoElement.prototype && view.theirs !== null
  return (
    <section
      aria-label={t('video.title', { name })}
      className={clsx(
        'fixed right-4 bottom-4 z-30 flex animate-rise flex-col overflow-hidden rounded-lg bg-raised shadow-dialog max-sm:top-1/3 max-sm:right-2 max-sm:bottom-auto',
        // On a telephone it stays small, at the side of the timeline: what one writes and the keys of the call are at top and bottom.
        large ? 'w-[min(56rem,calc(100vw-6rem))]' : 'w-72 max-sm:w-44',
      )}
    >
      <div className="relative aspect-video bg-black">
        {view.theirs ? (
          <Picture
            reference={theirs}
            stream={view.theirs}
            label={t('video.theirs', { name })}
            className="size-full object-contain"
          />
        ) : (
          <p className="absolute inset-0 grid place-items-center p-4 text-center text-white/80">{t('video.none')}</p>
        )}
        {view.own && (
          <Picture
            stream={view.own}
            label={t('video.mine')}
            className={clsx(
              'absolute right-2 bottom-2 w-1/4 rounded-md bg-black object-cover outline-1 outline-white/40',
              camera && '-scale-x-100',
            )}
          />
        )}
      </div>
      {view.problem && (
        <p role="alert" className="bg-bad-soft px-3 py-2 text-bad-ink text-xs">
          {t(`video.${view.problem}`)}
        </p>
      )}
      <div role="toolbar" aria-label={t('video.title', { name })} className="flex items-center gap-1 p-1.5">
        <IconButton
          icon={camera ? Video : VideoOff}
          label={t(camera ? 'video.cameraOff' : 'video.camera')}
          pressed={camera}
          side="top"
          onClick={() => showVideo('camera')}
        />
        {'getDisplayMedia' in (navigator.mediaDevices ?? {}) && (
          <IconButton
            icon={screen ? MonitorOff : MonitorUp}
            label={t(screen ? 'video.screenOff' : 'video.screen')}
            pressed={screen}
            side="top"
            onClick={() => showVideo('screen')}
          />
        )}
        <span className="flex-1" />
        {pip && (
          <IconButton
            icon={PictureInPicture2}
            label={t('video.pip')}
            side="top"
            onClick={() => void theirs.current?.requestPictureInPicture().catch(() => undefined)}
          />
        )}
        <IconButton
          icon={large ? Minimize2 : Maximize2}
          label={t(large ? 'video.smaller' : 'video.larger')}
          side="top"
          onClick={() => setLarge(!large)}
          className="max-sm:hidden"
        />
        <IconButton icon={X} label={t('video.close')} side="top" onClick={closeVideo} />
      </div>
    </section>
  )
}

function Picture({
  stream,
  label,
  className,
  reference,
}: {
  stream: MediaStream
  label: string
  className: string
  reference?: React.RefObject<HTMLVideoElement | null>
}) {
  const own = useRef<HTMLVideoElement>(null)
  const element = reference ?? own
  useEffect(() => {
    if (element.current) element.current.srcObject = stream
  }, [stream, element])
  return <video ref={element} aria-label={label} autoPlay playsInline muted className={className} />
}
