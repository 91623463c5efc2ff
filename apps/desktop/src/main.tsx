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
await Promise.all([startI18n(), router.load()])

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
