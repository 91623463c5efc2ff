import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { useIsDark } from '../design/theme.ts'
import type { ChartProps } from './chart.tsx'

use([LineChart, BarChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

/** A token's colour as the canvas understands it: the browser resolves `light-dark()` and the rest for us. */
function tokenColour(name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(--${name})`
  document.body.append(probe)
  const colour = getComputedStyle(probe).color
  probe.remove()
  return colour
}

const SERIES = ['accent', 'busy', 'warn', 'ok', 'bad', 'idle']

function options({ kind, categories, series, format = String }: ChartProps) {
  const muted = tokenColour('muted')
  const line = tokenColour('line')
  return {
    animation: false,
    color: SERIES.map(tokenColour),
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
      backgroundColor: tokenColour('raised'),
      borderColor: line,
      textStyle: { color: tokenColour('ink'), fontSize: 12 },
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
  const chart = useRef<EChartsType>(null)
  const dark = useIsDark()
  useEffect(() => {
    if (place.current === null) return
    const created = init(place.current)
    chart.current = created
    const watch = new ResizeObserver(() => created.resize())
    watch.observe(place.current)
    return () => {
      watch.disconnect()
      created.dispose()
    }
  }, [])
  useEffect(() => {
    chart.current?.setOption(options(props), { notMerge: true })
  }, [props, dark])
  return <div ref={place} className="h-full w-full" />
}
