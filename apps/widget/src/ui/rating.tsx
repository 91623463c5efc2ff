import { useState } from 'preact/hooks'
import { useWidget } from './context.ts'
import { localised } from './localised.ts'

const FACES = ['😞', '🙁', '😐', '🙂', '😄'] as const

/** One question after the chat, five answers, and room for a word. */
export function Rating() {
  const { state, chat } = useWidget()
  const { voice, survey } = state
  const { words } = voice
  const [score, setScore] = useState(0)
  const [comment, setComment] = useState('')
  if (!survey)
    return (
      <p class="card thanks" role="status">
        {words.rateDone}
      </p>
    )
  return (
    <form
      class="card rating"
      onSubmit={event => {
        event.preventDefault()
        chat.rate(score, comment.trim())
      }}
    >
      <fieldset>
        <legend>{localised(survey.question, state) || words.rate}</legend>
        <div class="faces">
          {FACES.map((face, index) => (
            <label key={face} class={score === index + 1 ? 'chosen' : ''}>
              <input type="radio" name="score" value={index + 1} onChange={() => setScore(index + 1)} />
              <span aria-hidden="true">{face}</span>
              <span class="hidden">{words.rates[index]}</span>
            </label>
          ))}
        </div>
        <p class={`scale ${score > 0 ? 'chosen' : ''}`} aria-hidden="true">
          {score > 0 ? (
            <b>{words.rates[score - 1]}</b>
          ) : (
            <>
              <span>{words.rates[0]}</span>
              <span>{words.rates[4]}</span>
            </>
          )}
        </p>
      </fieldset>
      {score > 0 && (
        <>
          <textarea
            rows={2}
            dir="auto"
            maxLength={2000}
            value={comment}
            placeholder={words.comment}
            aria-label={words.comment}
            onInput={event => setComment(event.currentTarget.value)}
          />
          <button type="submit" class="primary">
            {words.rateSend}
          </button>
        </>
      )}
    </form>
  )
}
