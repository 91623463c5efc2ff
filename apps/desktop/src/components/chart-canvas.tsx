import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef, useState } from 'react'
import { useIsDark } from '../design/theme.ts'
import type { ChartProps } from './chart.tsx'

use([LineChart, BarChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

/** Tokens' colours as the canvas understands them: the browser resolves `light-dark()` and the rest for us, all at once. */
function tokenColours(names: readonly string[]): string[] {
  const probe = document.createElement('div')
  probe.hidden = true
  for (const name of names) probe.appendChild(document.createElement('span')).style.color = `var(--${name})`
  document.body.append(probe)
  const colours = [...probe.children].map(one => getComputedStyle(one).color)
  probe.remove()
  return colours
}

const SERIES = ['accent', 'busy', 'warn', 'ok', 'bad', 'idle']

function options({ kind, categories, series, format = String }: ChartProps) {
  const [muted = '', line = '', raised = '', ink = '', ...colours] = tokenColours([
    'muted',
    'line',
    'raised',
    'ink',
    ...SERIES,
  ])
  return {
    animation: false,
    color: colours,
    textStyle: { fontFamily: 'Inter Variable', fontSize: 11, color: muted },
    grid: {
      left: 4,
      right: 8,
      top: series.length > 1 ? 28 : 8,
      bottom: 4,
      outerBoundsMode: 'same' as const,
      outerBoundsContain: 'axisLabel' as const,
    },
    legend: { show: series.length > 1, top: 0, left: 0, itemHeight: 8, itemWidth: 12, textStyle: { color: muted } },
    tooltip: {
      trigger: 'axis' as const,
      valueFormatter: (value: unknown) => (typeof value === 'number' ? format(value) : '–'),
      backgroundColor: raised,
      borderColor: line,
      textStyle: { color: ink, fontSize: 12 },
    },
    xAxis: {
      type: 'category' as const,
      data: [...categories],
      boundaryGap: kind !== 'line',
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
      axisLabel: { color: muted, hideOverlap: true },
    },
    yAxis: {
      type: 'value' as const,
      axisLabel: { color: muted, formatter: (value: number) => format(value) },
      splitLine: { lineStyle: { color: line } },
    },
    series: series.map(one => ({
      name: one.name,
      data: [...one.values],
      type: kind === 'line' || one.reference ? ('line' as const) : ('bar' as const),
      ...(kind === 'stacked' && !one.reference ? { stack: 'all' } : {}),
      showSymbol: categories.length < 2,
      barMaxWidth: 28,
      lineStyle: { width: one.reference ? 1 : 2, type: one.reference ? ('dashed' as const) : ('solid' as const) },
    })),
  }
}

export default function ChartCanvas(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const [chart, setChart] = useState<EChartsType | null>(null)
  const dark = useIsDark()
  useEffect(
    () =>
      // Drawing takes longer than the page around it, which need not wait for it.
      afterPaint(() => {
        if (place.current === null) return
        const created = init(place.current)
        const watch = new ResizeObserver(([entry]) => {
          const { width = 0, height = 0 } = entry?.contentRect ?? {}
          if (Math.round(width) !== created.getWidth() || Math.round(height) !== created.getHeight()) created.resize()
        })
        watch.observe(place.current)
        setChart(created)
        return () => {
          watch.disconnect()
          created.dispose()
        }
      }),
    [],
  )
  useEffect(() => {
    if (!chart?.isDisposed()) chart?.setOption(options(props), { notMerge: true })
  }, [chart, props, dark])
  return <div ref={place} className="h-full w-full" />
}

/** Begins once the next frame is on the screen; the way to end it, or to leave it undone. */
function afterPaint(begin: () => (() => void) | undefined): () => void {
  let end: (() => void) | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(() => {
      end = begin()
    })
  })
  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    end?.()
  }
}
