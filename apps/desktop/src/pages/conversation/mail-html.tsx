import { getFile, getRemoteImage } from '@centrala/api/conversation.ts'
import type { Message } from '@centrala/api/message.ts'
import DOMPurify from 'dompurify'
import { ImageOff } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api.ts'
import { Button } from '../../components/button.tsx'

/**
 * The server has made the HTML inert; here it is made inert again and shown in a frame that runs no scripts and asks
 * nobody but our own server for anything. Images from the network come only after the agent has asked for them, and then
 * through the server, so that the sender does not learn where and who the reader is.
 */
function documentOf(message: Message, remote: boolean): string {
  const clean = DOMPurify.sanitize(message.html ?? '', {
    FORBID_TAGS: [
      'style',
      'form',
      'input',
      'button',
      'textarea',
      'select',
      'iframe',
      'object',
      'embed',
      'svg',
      'math',
      'meta',
      'link',
      'base',
    ],
    ADD_ATTR: ['target'],
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|cid:|data:image\/(?:png|jpe?g|gif|webp);|#|\/api\/files\/)/i,
    RETURN_DOM_FRAGMENT: true,
  })
  for (const image of clean.querySelectorAll('img')) {
    const cid = image.getAttribute('data-cid')
    const file = cid && message.files.find(one => one.contentId === cid)
    if (file) image.setAttribute('src', location.origin + api.url(getFile, { params: { id: file.id } }))
    const blocked = image.getAttribute('data-blocked-src')
    if (remote && blocked)
      image.setAttribute(
        'src',
        location.origin + api.url(getRemoteImage, { params: { id: message.id }, query: { url: blocked } }),
      )
  }
  for (const link of clean.querySelectorAll('a[href]')) {
    link.setAttribute('target', '_blank')
    link.setAttribute('rel', 'noreferrer noopener')
  }
  const body = document.createElement('div')
  body.append(clean)
  return `<!doctype html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<style>
html{color-scheme:light;background:#fff;overflow-y:hidden}
body{margin:0;padding:12px 14px;font:14px/1.5 "Segoe UI",system-ui,sans-serif;color:#16191c;overflow-wrap:anywhere}
img{max-width:100%;height:auto}
img[data-blocked-src]:not([src]){display:inline-block;min-width:16px;min-height:16px;background:#eef0f2;outline:1px dashed #b4bac0}
blockquote{margin:0 0 0 4px;padding-left:10px;border-left:2px solid #ccd1d6;color:#545c64}
details[data-quoted]>summary{display:inline-block;list-style:none;padding:0 8px;border-radius:4px;background:#e6e9eb;color:#545c64;cursor:pointer}
table{max-width:100%}pre{white-space:pre-wrap}a{color:#0d6472}
</style></head><body>${body.innerHTML}</body></html>`
}

export default function MailHtml({ message }: { message: Message }) {
  const { t } = useTranslation('inbox')
  const [remote, setRemote] = useState(false)
  const frame = useRef<HTMLIFrameElement>(null)
  const [height, setHeight] = useState(80)
  const source = useMemo(() => documentOf(message, remote), [message, remote])
  const hasBlocked = /data-blocked-src/.test(message.html ?? '')
  const measure = () => {
    const body = frame.current?.contentDocument?.body
    if (!body) return
    const fit = () => setHeight(Math.min(20_000, body.scrollHeight + 2))
    fit()
    new ResizeObserver(fit).observe(body)
  }
  return (
    <>
      {hasBlocked && !remote && (
        <div className="flex flex-wrap items-center gap-2 border-b bg-sunken px-3 py-1.5 text-muted text-xs">
          <ImageOff size={14} aria-hidden />
          <span className="flex-1">{t('mail.imagesBlocked')}</span>
          <Button size="sm" onClick={() => setRemote(true)}>
            {t('mail.showImages')}
          </Button>
        </div>
      )}
      <iframe
        ref={frame}
        title={t('mail.frame', { subject: message.subject ?? '' })}
        // Same origin so that its height can be read; without allow-scripts nothing in it can use that.
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        srcDoc={source}
        onLoad={measure}
        style={{ height }}
        className="block w-full bg-white"
      />
    </>
  )
}
