import './schemas.ts'
import './design/design.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { queries } from './api.ts'
import { Loading } from './components/spinner.tsx'
import { Toasts } from './components/toast.tsx'
import { TooltipProvider } from './components/tooltip.tsx'
import { applyTheme } from './design/theme.ts'
import { startI18n } from './i18n/i18n.ts'
import { router } from './router.tsx'

applyTheme()
// All at once: the texts, who is signed in, and the code of the page that the address names.
// Where the server is slow to say who is signed in, there is a sign of life meanwhile.
const SOON_MS = 1500
const soon = new Promise(resolve => setTimeout(resolve, SOON_MS))
await Promise.all([startI18n(), Promise.race([router.load(), soon])])

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <TooltipProvider delayDuration={350} skipDelayDuration={200}>
        <Suspense fallback={<Loading />}>
          <RouterProvider router={router} />
        </Suspense>
        <Toasts />
      </TooltipProvider>
    </QueryClientProvider>
  </StrictMode>,
)
