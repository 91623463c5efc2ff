import { queries } from '../api.ts'
import { meQuery } from './me.ts'
import { hasSessionEnded, sessionRenewed } from './session.ts'

const whoIsIn = (): string | undefined => queries.getQueryData(meQuery.queryKey)?.id

/** Asks who is signed in. The same person goes on where they were; for another the page begins anew; for nobody it asks to sign in. */
export async function renewSession(): Promise<void> {
  const before = whoIsIn()
  await queries.refetchQueries({ queryKey: meQuery.queryKey })
  if (queries.getQueryState(meQuery.queryKey)?.status !== 'success') return
  if (whoIsIn() !== before) return location.assign('/')
  if (!hasSessionEnded()) return
  sessionRenewed()
  await queries.invalidateQueries()
}
