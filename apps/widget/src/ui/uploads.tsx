import { useWidget } from './context.ts'
import { Icon } from './icon.tsx'

/** Files on their way, and those that did not make it. */
export function Uploads() {
  const { state, store } = useWidget()
  const { uploads, voice } = state
  return (
    <>
      {uploads.map(({ id, name, progress, problem }) => (
        <div class="group mine ends" key={id}>
          <div class="stack">
            <div class={`file ${problem ? 'wrong' : ''}`} role={problem ? 'alert' : undefined}>
              <Icon name={problem ? 'alert' : 'file'} size={22} />
              <span>
                <b dir="auto">{problem ?? name}</b>
                {!problem && <progress max={1} value={progress} aria-label={name} />}
              </span>
              {problem && (
                <button
                  type="button"
                  class="quiet"
                  aria-label={voice.say(voice.words.remove, { name })}
                  onClick={() => store.set({ uploads: uploads.filter(upload => upload.id !== id) })}
                >
                  <Icon name="close" size={16} />
                </button>
              )}
            </div>
          </div>
        </div>
      ))}
    </>
  )
}
