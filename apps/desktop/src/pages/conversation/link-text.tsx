import { Fragment } from 'react'

const LINK = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}])|([\w.+-]+@[\w-]+(?:\.[\w-]+)+)/g

/** Plain text as it was written, with addresses one can press. Never HTML. */
export function LinkText({ text }: { text: string }) {
  const parts: React.ReactNode[] = []
  let end = 0
  for (const match of text.matchAll(LINK)) {
    parts.push(text.slice(end, match.index))
    parts.push(
      <a
        key={match.index}
        href={match[2] ? `mailto:${match[2]}` : match[0]}
        target="_blank"
        rel="noreferrer noopener"
        className="break-all text-accent-ink underline decoration-accent/40 underline-offset-2 hover:decoration-accent"
      >
        {match[0]}
      </a>,
    )
    end = match.index + match[0].length
  }
  parts.push(text.slice(end))
  return (
    <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      {parts.map((part, index) => (
        <Fragment key={index}>{part}</Fragment>
      ))}
    </span>
  )
}
