import { useNavigate, useSearch } from '@tanstack/react-router'

/**
 * What is open beside the list, kept in the address: an id, `new`, or nothing. So a link opens it, and Back closes it.
 */
export function useOpen(): { open: string | null; show: (id: string) => void; close: () => void } {
  const { open } = useSearch({ from: '/frame/admin/$section' })
  const navigate = useNavigate({ from: '/admin/$section' })
  return {
    open: open ?? null,
    show: id => void navigate({ search: { open: id } }),
    close: () => void navigate({ search: {} }),
  }
}
