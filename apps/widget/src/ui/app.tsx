import { useEffect } from 'preact/hooks'
import { useWidget } from './context.ts'
import { Invite } from './invite.tsx'
import { Launcher } from './launcher.tsx'
import { Panel } from './panel.tsx'

export function App() {
  const { state, store, chat, memory } = useWidget()
  const { panel, config, invited, chat: going } = state

  useEffect(() => {
    memory.tab.set('panel', panel || null)
    if (panel) chat.start()
  }, [panel])

  useEffect(() => {
    const { invite, open } = config
    if (!invite || !open || panel || going !== 'none' || memory.tab.get('invited') || chat.goesOn()) return
    const timer = setTimeout(() => {
      memory.tab.set('invited', true)
      if (!store.get().panel) store.set({ invited: true })
    }, invite.afterSeconds * 1000)
    return () => clearTimeout(timer)
  }, [config])

  return (
    <>
      {panel && <Panel />}
      {invited && !panel && <Invite />}
      <Launcher />
    </>
  )
}
