import { describe, expect, test } from 'vitest'
import { type PlanMember, type PlanPlayback, planRoom } from './plan.ts'

const member = (id: string, rules: PlanMember['rules'] = {}, more: Partial<PlanMember> = {}): PlanMember => ({
  id,
  rules,
  audible: true,
  codec: 'PCMA',
  ...more,
})
const sound = (targets: 'room' | string[], more: Partial<PlanPlayback> = {}): PlanPlayback => ({
  targets: targets === 'room' ? 'room' : new Set(targets),
  only: false,
  plain: true,
  ...more,
})

function show(members: PlanMember[], playbacks: PlanPlayback[] = []): Record<string, string> {
  const plan = planRoom(members, playbacks)
  return Object.fromEntries(
    [...plan].map(([id, own]) => [id, [own.feed, ...own.sources, ...own.playbacks.map(() => '♪')].join(' ')]),
  )
}

describe('who hears whom', () => {
  test('two hear each other by relay; alone, one is sent silence', () => {
    expect(show([member('a'), member('b')])).toEqual({ a: 'relay b', b: 'relay a' })
    expect(show([member('a')])).toEqual({ a: 'none' })
  })

  test('a listener costs the others nothing', () => {
    expect(show([member('a'), member('b'), member('boss', { heardBy: [] })])).toEqual({
      a: 'relay b',
      b: 'relay a',
      boss: 'mix a b',
    })
  })

  test('both sides must agree', () => {
    expect(show([member('a', { hears: ['b'] }), member('b', { heardBy: ['c'] }), member('c', { hears: [] })])).toEqual({
      a: 'none',
      b: 'mix a c',
      c: 'none',
    })
  })

  test('who is muted is in nobody’s ear', () => {
    expect(show([member('a', {}, { audible: false }), member('b'), member('c')])).toEqual({
      a: 'mix b c',
      b: 'relay c',
      c: 'relay b',
    })
  })

  test('one hears oneself only by name', () => {
    expect(show([member('a', { hears: ['a'] })])).toEqual({ a: 'relay a' })
    expect(show([member('a', { hears: ['a'], heardBy: [] })])).toEqual({ a: 'none' })
  })

  test('A-law and µ-law are relayed, G.722 with either is mixed', () => {
    expect(show([member('a'), member('b', {}, { codec: 'PCMU' })])).toEqual({ a: 'relay b', b: 'relay a' })
    expect(show([member('a'), member('b', {}, { codec: 'G722' })])).toEqual({ a: 'mix b', b: 'mix a' })
    expect(show([member('a', {}, { codec: 'G722' }), member('b', {}, { codec: 'G722' })])).toEqual({
      a: 'relay b',
      b: 'relay a',
    })
  })
})

describe('sounds', () => {
  test('alone are sent as they are stored; with voices, several, or softened they are mixed', () => {
    expect(show([member('a')], [sound(['a'])])).toEqual({ a: 'play ♪' })
    expect(show([member('a'), member('b')], [sound(['a'])])).toEqual({ a: 'mix b ♪', b: 'relay a' })
    expect(show([member('a')], [sound('room'), sound(['a'])])).toEqual({ a: 'mix ♪ ♪' })
    expect(show([member('a')], [sound('room', { plain: false })])).toEqual({ a: 'mix ♪' })
  })

  test('that are to be heard alone push voices and other sounds aside', () => {
    expect(show([member('a'), member('b')], [sound('room'), sound(['a'], { only: true })])).toEqual({
      a: 'play ♪',
      b: 'mix a ♪',
    })
  })
})
