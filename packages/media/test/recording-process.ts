import { createMedia } from '../src/endpoint/create-media.ts'
import { createPhone, type Phone, until } from './phone.ts'

/** Records a call into the folder given until it is killed. */
const media = createMedia({ listenAddress: '127.0.0.1', ports: { from: 22_300, to: 22_319 } })
const room = media.room()
const phones: Phone[] = []
for (const [side, tone] of [
  ['customer', 440],
  ['agent', 700],
] as const) {
  const phone = await createPhone({ tone })
  phones.push(phone)
  const leg = await media.rtpLeg({ side })
  leg.answer(phone.sdp())
  phone.aim(leg.local.port)
  room.join(leg)
}
await until(() => phones.every(phone => phone.packets.length > 5))
await room.record({ folder: process.argv[2]!, id: 'killed' })
const startedMs = performance.now()
// How long it has lived, as far as it knows: where the machine stands still, so does its recording.
setInterval(() => process.send!({ livedMs: performance.now() - startedMs }), 20)
