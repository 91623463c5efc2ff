/**
 * A light guess at the language of a text among those of the interface: hr, sr, ro, ru, en. Function words decide, letters
 * only the script. Null where the text is short or the guess would be weak; Croatian and Serbian in Latin script are told
 * apart only by words that one of them does not use.
 */
const WORDS: Record<string, string> = {
  hr: 'i je da se na za u sam nije što kako hvala molim vas lijepo poštovani gdje tko tjedan uvijek vrijeme prije možete račun također bih li mi ne ali',
  sr: 'i je da se na za u sam nije šta kako hvala molim vas lepo poštovani gde ko nedelja uvek vreme pre možete račun takođe bih li mi ne ali',
  sr_Cyrl:
    'и је да се на за у сам није шта како хвала молим вас лепо поштовани где ко увек време пре можете рачун такође бих ли ми не али',
  ro: 'și si este nu de la cu pentru că ca vă va rog mulțumesc multumesc bună buna am sunt mai dar unde când care în in din sa să o un',
  ru: 'и не на что в я с это как по но у мы за вы от мне все так если спасибо здравствуйте пожалуйста где когда можно есть ещё нет для',
  en: 'the and is to of in you i it for my not that have with this please thank hello on are was can how when your be but we',
}
const SETS = Object.entries(WORDS).map(([language, words]) => [language, new Set(words.split(' '))] as const)

export function guessLanguage(text: string): string | null {
  const words =
    text
      .slice(0, 4000)
      .toLowerCase()
      .match(/\p{L}+/gu) ?? []
  if (words.length < 4) return null
  const scores = SETS.map(([language, set]) => ({ language, hits: words.filter(word => set.has(word)).length }))
  scores.sort((a, b) => b.hits - a.hits)
  const [best, second] = scores
  if (!best || !second || best.hits < 2 || best.hits / words.length < 0.12 || best.hits === second.hits) return null
  return best.language.slice(0, 2)
}
