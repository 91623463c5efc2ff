import { inkOn, readableOn } from './color.ts'
import type { State } from './state.ts'
import type { Store } from './store.ts'
import base from './style/base.css?inline'
import call from './style/call.css?inline'
import panel from './style/panel.css?inline'
import screens from './style/screens.css?inline'
import talk from './style/talk.css?inline'
import write from './style/write.css?inline'

const GROUNDS = { light: '#ffffff', dark: '#17191e' }

/**
 * Puts the widget into the page, in a shadow tree of its own: the page's styles do not reach in, the widget's do not reach out. The style
 * sheet is constructed, and colours are set by script, so that a strict content security policy has nothing to refuse.
 */
export function mount(store: Store<State>): { root: ShadowRoot; place: HTMLElement } {
  const host = document.createElement('div')
  host.id = 'centrala-chat'
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(base + panel + call + talk + write + screens)
  root.adoptedStyleSheets = [sheet]
  const place = document.createElement('div')
  place.className = 'widget'
  root.append(place)

  // What is typed here is no shortcut of the page.
  for (const type of ['keydown', 'keyup', 'keypress'] as const)
    root.addEventListener(type, event => event.stopPropagation())

  const dark = matchMedia('(prefers-color-scheme: dark)')
  const paint = () => {
    const { config, voice } = store.get()
    const theme = config.theme === 'auto' ? (dark.matches ? 'dark' : 'light') : config.theme
    place.dataset.theme = theme
    place.dataset.position = config.position
    place.dir = voice.dir
    place.lang = voice.locale
    place.style.setProperty('--accent', config.color)
    place.style.setProperty('--on-accent', inkOn(config.color))
    place.style.setProperty('--accent-ink', readableOn(config.color, GROUNDS[theme]))
    place.style.setProperty('--radius', `${config.radius}px`)
  }
  paint()
  dark.addEventListener('change', paint)
  store.watch((now, before) => (now.voice !== before.voice || now.config !== before.config) && paint())
  const put = () => document.body.append(host)
  if (document.body) put()
  else addEventListener('DOMContentLoaded', put, { once: true })
  return { root, place }
}
