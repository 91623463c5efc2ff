import { ApiError, createClient } from '@centrala/api/client.ts'
import { QueryClient } from '@tanstack/react-query'
import { sessionEnded } from './session/session.ts'

/** The server, typed by the contract. */
export const api = createClient({
  patienceMs: 60_000,
  onProblem: problem => {
    if (problem.status === 401 && problem.code.startsWith('session.')) sessionEnded()
    // The company has asked for it just now: the settings say so, and what was being written is kept as a draft.
    if (problem.code === 'twoFactor.owed' && location.pathname !== '/settings') location.assign('/settings')
  },
})

const AWAY_AGAIN_MS = 10_000
const isAway = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.status === 0 || error.status === 429 || error.status >= 502

/**
 * The cache of everything fetched. Events of the live connection keep it fresh, so nothing is fetched again by age alone;
 * only what failed on the network or at the server is tried again.
 */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      // What could not be fetched comes by itself when the server is there again.
      refetchInterval: query => query.state.status === 'error' && isAway(query.state.error) && AWAY_AGAIN_MS,
      retry: (count, error) => count < 3 && isAway(error),
    },
    // What is pressed without a network fails at once and says so: done minutes later, it might no longer be wanted.
    mutations: { retry: false, networkMode: 'always' },
  },
})
