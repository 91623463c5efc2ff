import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { speed } from './speed.ts'
setFlagsFromString('--expose-gc')
globalThis.gc = runInNewContext('gc') as typeof globalThis.gc
const [a, s, w, d = '100000', i = '0'] = process.argv.slice(2)
console.log(import.meta.resolve('@centrala/core/routing/router.ts'))
console.log(speed({ agents: Number(a), signatures: Number(s), waiting: Number(w) }, Number(d), 3, Number(i)))
