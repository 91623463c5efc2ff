const PATHS = {
  chat: 'M4 5.5A2.5 2.5 0 0 1 6.5 3h11A2.5 2.5 0 0 1 20 5.5v8a2.5 2.5 0 0 1-2.5 2.5H11l-4.4 3.7c-.65.55-1.6.1-1.6-.77V16A2.5 2.5 0 0 1 4 13.5z',
  down: 'm6 9.5 6 6 6-6',
  close: 'M6.5 6.5l11 11m0-11-11 11',
  send: 'M5 12h13.5m-6-6.5L19 12l-6.5 6.5',
  clip: 'M19 11.5 12 18.6a4.6 4.6 0 0 1-6.5-6.5l7.4-7.4a3 3 0 0 1 4.3 4.3l-7.4 7.4a1.5 1.5 0 0 1-2.1-2.1l6.7-6.7',
  smile:
    'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM8.8 14.2s1.1 1.8 3.2 1.8 3.2-1.8 3.2-1.8M9.2 9.6v.1m5.6-.1v.1',
  more: 'M12 6v.1M12 12v.1M12 18v.1',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  checks: 'm2.5 12.5 4.2 4.2 8-8.2m-2.2 7 1.3 1.2 8-8.2',
  clock: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 8v4.3l2.8 1.7',
  alert: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 8v4.6M12 15.9v.1',
  file: 'M13.5 3.5H7.5a2 2 0 0 0-2 2v13a2 2 0 0 0 2 2h9a2 2 0 0 0 2-2v-10zm0 0v5h5',
  bell: 'M6.5 10a5.5 5.5 0 0 1 11 0c0 5 2 6.5 2 6.5h-15s2-1.5 2-6.5M10.3 19.5a2 2 0 0 0 3.4 0',
  mute: 'M6.5 10c0-.9.2-1.7.6-2.4M9 5.4A5.5 5.5 0 0 1 17.5 10c0 2 .3 3.4.7 4.4M16 16.5H4.5s2-1.5 2-6.5M10.3 19.5a2 2 0 0 0 3.4 0M4 4l16 16',
  stop: 'M8.5 12.5h7M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z',
  mail: 'M5.5 5.5h13a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2zm-1.5 1.5 8 6 8-6',
  phone:
    'M6.6 3.8 9 4.4l1 4-2 1.6a11.5 11.5 0 0 0 6 6l1.6-2 4 1 .6 2.4c0 1.6-1.4 2.8-3 2.6A16 16 0 0 1 4 6.8c-.2-1.6 1-3 2.6-3z',
  phoneDown: 'M3.5 13.5c4.7-4.7 12.3-4.7 17 0l-2 2.5-3.5-1.3V12a13 13 0 0 0-6 0v2.7L5.5 16z',
  mic: 'M12 3.5a2.8 2.8 0 0 1 2.8 2.8v5a2.8 2.8 0 0 1-5.6 0v-5A2.8 2.8 0 0 1 12 3.5zM6 11.5a6 6 0 0 0 12 0M12 17.5v3',
  micOff:
    'M9.2 9.2v2.1a2.8 2.8 0 0 0 4.4 2.3m1.2-2.6V6.3a2.8 2.8 0 0 0-5.4-1M6 11.5a6 6 0 0 0 9.3 5M17.6 13.8a6 6 0 0 0 .4-2.3M12 17.5v3M4 4l16 16',
  camera: 'M5.5 6.5h8a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2zm10 4 5-3v9l-5-3',
  screen:
    'M5.5 4.5h13a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2zM9 20h6m-3-9V7.5m-2 1.7 2-2 2 2',
} as const

export type IconName = keyof typeof PATHS

/** A line drawing; what it means is said by the text or label beside it. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  const width = name === 'more' ? 2.6 : 1.75
  return (
    <svg
      class={`icon ${name === 'send' ? 'turns' : ''}`}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={name === 'chat' ? 'currentColor' : 'none'}
      stroke={name === 'chat' ? 'none' : 'currentColor'}
      stroke-width={width}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}

export function Avatar({ name, small = false, brand = false }: { name: string; small?: boolean; brand?: boolean }) {
  const initials = name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map(word => [...word][0])
    .join('')
    .toUpperCase()
  return (
    <span class={`avatar ${small ? 'small' : ''} ${brand ? 'brand' : ''}`} aria-hidden="true">
      {initials}
    </span>
  )
}
