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
              <small>{words.rates[index]}</small>
            </label>
          ))}
        </div>
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
