import { describe, expect, it } from 'vitest'
import { type Arrangement, type Listener, rulesOf } from './rules.ts'

const customer: Listener = { id: 'c', kind: 'customer', mode: null }
const agent: Listener = { id: 'a', kind: 'agent', mode: null }
const outside: Listener = { id: 'o', kind: 'outside', mode: null }
const supervisor = (mode: Listener['mode']): Listener => ({ id: 's', kind: 'supervisor', mode })

/** Who hears whom: both sides' rules must agree, as in a room. */
function hearing(members: Listener[], arrangement: Arrangement): string[] {
  const rules = rulesOf(members, arrangement)
  const allows = (list: 'all' | readonly string[] | undefined, id: string) =>
    list === undefined || list === 'all' || list.includes(id)
  return members.flatMap(ear =>
    members
      .filter(
        voice =>
          voice !== ear && allows(rules.get(ear.id)?.hears, voice.id) && allows(rules.get(voice.id)?.heardBy, ear.id),
      )
      .map(voice => `${ear.id}<${voice.id}`),
  )
}
const talk = { aside: false, consulted: null }

describe('who hears whom', () => {
  it('customer and agent hear each other, and nobody on hold', () => {
    expect(hearing([customer, agent], talk)).toEqual(['c<a', 'a<c'])
    expect(hearing([customer, agent], { aside: true, consulted: null })).toEqual([])
  })

  it('in a consultation the agent and the consulted hear each other, the customer nobody', () => {
    expect(hearing([customer, agent, outside], { aside: true, consulted: 'o' })).toEqual(['a<o', 'o<a'])
    expect(hearing([customer, agent, outside], talk)).toHaveLength(6)
  })

  it('a listener is heard by nobody, a whisper by the agent alone, and who barges in by everybody', () => {
    expect(hearing([customer, agent, supervisor('listen')], talk)).toEqual(['c<a', 'a<c', 's<c', 's<a'])
    expect(hearing([customer, agent, supervisor('whisper')], talk)).toEqual(['c<a', 'a<c', 'a<s', 's<c', 's<a'])
    expect(hearing([customer, agent, supervisor('barge')], talk)).toHaveLength(6)
  })

  it('a customer on hold is not overheard by a supervisor', () => {
    expect(hearing([customer, agent, supervisor('whisper')], { aside: true, consulted: null })).toEqual(['a<s', 's<a'])
  })
})
