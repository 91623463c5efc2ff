/** The product's mark: two lines crossing on a switchboard. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} role="img" aria-label="Centrala">
      <rect width="32" height="32" rx="8" fill="#12707f" />
      <g fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round">
        <path d="M10 10c0 8 12 4 12 12" />
        <path d="M22 10c0 4-3 5-6 6s-6 2-6 6" />
      </g>
      <g fill="#fff">
        <circle cx="10" cy="9" r="2.6" />
        <circle cx="22" cy="9" r="2.6" />
        <circle cx="10" cy="23" r="2.6" />
        <circle cx="22" cy="23" r="2.6" />
      </g>
    </svg>
  )
}
