import { useWidget } from './context.ts'
import { Avatar, Icon } from './icon.tsx'
import { localised } from './localised.ts'

/** Offered once a visit; it takes no focus and covers nothing but its corner. */
export function Invite() {
  const { state, store } = useWidget()
  const { config, voice } = state
  return (
    <aside class="invite" aria-label={voice.words.dialog}>
      <button
        type="button"
        class="quiet dismiss"
        aria-label={voice.words.inviteNo}
        onClick={() => store.set({ invited: false })}
      >
        <Icon name="close" size={16} />
      </button>
      <div class="invite-text">
        <Avatar name={config.name} brand />
        <p dir="auto">
          {localised(config.invite?.text, state) || localised(config.greeting, state) || voice.words.greeting}
        </p>
      </div>
      <button type="button" class="primary" onClick={() => store.set({ panel: true, invited: false })}>
        {voice.words.inviteYes}
      </button>
    </aside>
  )
}
