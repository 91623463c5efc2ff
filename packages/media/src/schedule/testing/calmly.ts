import { Ticker } from '../ticker.ts'

/**
 * Does it again where it failed and this process stood still meanwhile for longer than its clocks make up for: what was said then has holes, by nobody's fault. A failure at any other time is one at once, and
 * so is the fourth: what stands still each time is no accident.
 */
export async function calmly<T>(act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    let stoodStill = false
    const ticker = new Ticker()
    ticker.add({
      tick: skipped => {
        if (skipped > 0) stoodStill = true
      },
    })
    try {
      return await act()
    } catch (error) {
      if (!stoodStill || tries === 4) throw error
    } finally {
      ticker.stop()
    }
  }
}
