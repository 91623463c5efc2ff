import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Path of the Node that this project pins (npm package `node`), or the running one where that package is not installed. */
export function pinnedNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const path = fileURLToPath(new URL(`../node_modules/node/bin/${name}`, import.meta.url))
  return existsSync(path) ? path : process.execPath
}
