import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { part } from '../part.ts'
import { Button } from './button.tsx'
import { Skeleton } from './skeleton.tsx'

export interface ChartSeries {
  name: string
  values: readonly (number | null)[]
  /** A dashed reference line, e.g. the target. */
  reference?: boolean
}

export interface ChartProps {
  /** Names the figure for everyone who does not see it. */
  label: string
  kind: 'line' | 'bar' | 'stacked'
  categories: readonly string[]
  series: readonly ChartSeries[]
  format?: (value: number) => string
  height?: number
}

const Canvas = lazy(part(() => import('./chart-canvas.tsx')))

/** A chart with its table one press away: the same figures, readable without seeing. */
export function Chart(props: ChartProps) {
  const { t } = useTranslation()
  const [asTable, setAsTable] = useState(false)
  const { label, categories, series, format = String, height = 220 } = props
  return (
    <figure aria-label={label} className="flex flex-col gap-2">
      {asTable ? (
        <div className="max-h-80 overflow-auto">
          <table className="w-full text-left">
            <caption className="sr-only">{label}</caption>
            <thead>
              <tr className="text-muted text-xs">
                <td />
                {series.map(one => (
                  <th key={one.name} scope="col" className="px-2 py-1 text-right font-medium">
                    {one.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {categories.map((category, index) => (
                <tr key={category} className="border-t">
                  <th scope="row" className="py-1 font-normal">
                    {category}
                  </th>
                  {series.map(one => {
                    const value = one.values[index] ?? null
                    return (
                      <td key={one.name} className="figures px-2 py-1 text-right">
                        {value === null ? '–' : format(value)}
                      </td>
                    )
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <div style={{ height }} aria-hidden>
          <Suspense fallback={<Skeleton className="h-full w-full" />}>
            <Canvas {...props} />
          </Suspense>
        </div>
      )}
      <Button look="ghost" size="sm" className="self-end" onClick={() => setAsTable(!asTable)}>
        {asTable ? t('showChart') : t('showTable')}
      </Button>
    </figure>
  )
}
