import type { Channel } from '@centrala/api/channel.ts'
import { ClipboardList, type LucideIcon, Mail, MessageCircle, Phone } from 'lucide-react'

export const CHANNEL_ICONS: Record<Channel, LucideIcon> = {
  chat: MessageCircle,
  email: Mail,
  voice: Phone,
  form: ClipboardList,
}

/** Decorative: the channel's name stands beside it, or in the accessible name around it. */
export function ChannelIcon({
  channel,
  size = 14,
  className,
}: {
  channel: Channel
  size?: number
  className?: string
}) {
  const Icon = CHANNEL_ICONS[channel]
  return <Icon size={size} aria-hidden className={className} />
}
