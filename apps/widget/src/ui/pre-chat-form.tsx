import { useWidget } from './context.ts'
import { Form } from './form.tsx'
import { localised } from './localised.ts'

/** The company's questions before the chat. A field called `message` is the first message itself. */
export function PreChatForm() {
  const { state, store, chat, memory } = useWidget()
  const { config, voice } = state
  return (
    <div class="body forms">
      <p class="lead" dir="auto">
        {localised(config.greeting, state) || voice.words.greeting}
      </p>
      <Form
        fields={config.preChat}
        submit={voice.words.start}
        onSubmit={({ message, ...fields }) => {
          memory.tab.set('fields', fields)
          for (const kept of ['draft', 'form']) memory.tab.set(kept, null)
          store.set({ fields })
          if (message) chat.write(message)
        }}
      />
    </div>
  )
}
