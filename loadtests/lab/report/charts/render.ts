import * as echarts from 'echarts'
import { TEXT, WIDTH } from './theme.ts'

/**
 * Draws an ECharts option as an SVG document that needs nothing from outside.
 * @param label what a screen reader says
 */
export function renderSvg(option: echarts.EChartsOption, height: number, label: string): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  try {
    chart.setOption({ animation: false, backgroundColor: '#ffffff', textStyle: TEXT, ...option })
    const svg = chart.renderToSVGString({ useViewBox: true })
    return svg.replace('<svg ', `<svg role="img" aria-label="${label.replaceAll('"', '&quot;')}" `)
  } finally {
    chart.dispose()
  }
}
