import { openTransports } from '@centrala/sip/transport/open.ts'
import { expect, test } from 'vitest'
import { rfc4475 } from './rfc4475.ts'
import { rfc5118 } from './rfc5118.ts'
import { openAttacker, openVictim } from './victim.ts'

/** Everything the victim sends in answer to one datagram, up to the answer to a valid OPTIONS sent after it. */
async function answersTo(bytes: Buffer): Promise<number[]> {
  const statuses: number[] = []
  const { endpoint, failures } = await openVictim({
    openTransports: async options => {
      const real = await openTransports(options)
      return {
        ...real,
        send: (sent, to) => {
          const text = sent.toString('latin1')
          if (!text.includes('Call-ID: valid-')) statuses.push(Number(/^SIP\/2\.0 ([0-9]{3})/.exec(text)?.[1]))
          // Answers to addresses of the RFC's examples stay in the house.
          return text.includes('Call-ID: valid-') ? real.send(sent, to) : Promise.resolve()
        },
      }
    },
  })
  const attacker = await openAttacker(endpoint)
  try {
    attacker.udp(bytes)
    await attacker.askUdp()
    await attacker.askTcp()
    expect(failures).toEqual([])
    return statuses
  } finally {
    attacker.close()
    await endpoint.close()
  }
}

test.each([
  ...rfc4475.map(entry => [`RFC 4475 ${entry.name}`, entry] as const),
  ...rfc5118.map(entry => [`RFC 5118 ${entry.name}`, entry] as const),
])('%s', async (_name, { bytes, answers }) => {
  const final = (await answersTo(bytes)).filter(status => status >= 200)
  if (answers.length === 0) expect(final).toEqual([])
  else {
    expect(answers).toContain(final[0])
    // Retransmissions of the same are no other answer.
    expect(new Set(final).size).toBe(1)
  }
})

test('a stranger whose nonsense is not to be answered hears nothing, and valid requests are answered on', async () => {
  const { endpoint } = await openVictim({ answerMalformed: () => false })
  const attacker = await openAttacker(endpoint)
  for (const { bytes } of rfc4475.filter(entry => entry.answers[0] === 400)) attacker.udp(bytes)
  await attacker.askUdp()
  expect(attacker.answers()).toBe(0)
  attacker.close()
  await endpoint.close()
})
