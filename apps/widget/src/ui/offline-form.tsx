import type { PreChatField } from '@centrala/api/webchat.ts'
import { useState } from 'preact/hooks'
import { newId } from '../outbox.ts'
import { useWidget } from './context.ts'
import { Form } from './form.tsx'
import { Icon } from './icon.tsx'

const FIELDS: PreChatField[] = [
  { id: 'name', kind: 'text', label: {}, required: false, options: [] },
  { id: 'email', kind: 'email', label: {}, required: true, options: [] },
  { id: 'message', kind: 'longText', label: {}, required: true, options: [] },
]

/** While nobody is there: a question that is answered by e-mail. */
export function OfflineForm() {
  const { state, memory, origin, key } = useWidget()
  const { config, voice } = state
  const { words } = voice
  const [sentTo, setSentTo] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<string | null>(null)
  const [clientId] = useState(() => memory.tab.get<string>('formId') ?? newId())

  async function send({ name = '', email = '', message = '' }: Record<string, string>): Promise<void> {
    setBusy(true)
    // Sent again after its answer was lost, it is the same question, even if the panel was closed in between.
    memory.tab.set('formId', clientId)
    setFailed(null)
    const page = {
      url: location.href.slice(0, 2000),
      title: document.title.slice(0, 500),
      referrer: document.referrer.slice(0, 2000),
    }
    const body = { clientId, name, email: email.trim(), text: message, page, locale: voice.locale }
    const response = await fetch(`${origin}/api/webchat/${key}/offline`, {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    }).catch(() => null)
    setBusy(false)
    if (!response?.ok) return setFailed(words.formFailed)
    for (const kept of ['draft', 'form', 'formId']) memory.tab.set(kept, null)
    setSentTo(email.trim())
  }

  if (sentTo)
    return (
      <div class="body forms done" role="status">
        <span class="seal">
          <Icon name="check" size={26} />
        </span>
        <p class="lead">{voice.say(words.formDone, { email: sentTo })}</p>
      </div>
    )
  return (
    <div class="body forms">
      <p class="lead">{words.closedTitle}</p>
      <p class="hint">
        {config.opensAt && `${voice.say(words.backAt, { time: voice.moment(config.opensAt) })} `}
        {config.offlineForm ? words.closedText : words.closedOnly}
      </p>
      {config.offlineForm && <Form fields={FIELDS} submit={words.send} busy={busy} failed={failed} onSubmit={send} />}
    </div>
  )
}
