import { findMarks } from './find-marks.ts'

/** Text with the words that were searched for marked. */
export function Marked({ text, query }: { text: string; query: string }) {
  const parts: React.ReactNode[] = []
  let end = 0
  for (const [from, to] of findMarks(text, query)) {
    parts.push(text.slice(end, from))
    parts.push(
      <mark key={from} className="rounded-xs bg-selected text-accent-ink">
        {text.slice(from, to)}
      </mark>,
    )
    end = to
  }
  return (
    <>
      {parts}
      {text.slice(end)}
    </>
  )
}
