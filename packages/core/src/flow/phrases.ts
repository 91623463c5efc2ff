/**
 * What the house itself says to callers, besides prompts and flows of the tenant: short whole sentences, so that a speech engine (or a person with a microphone) can render each beforehand.
 */
export interface Phrases {
  position(position: number): string
  /** More are waiting than are counted aloud. */
  manyWaiting: string
  wait(minutes: number): string
  callbackOffer: string
  /** Before the number is read digit by digit. */
  callbackNumber: string
  callbackConfirm: string
  callbackEnter: string
  callbackDone: string
  leaveMessage: string
  notAvailable: string
  recorded: string
  connecting: string
}

/** Positions said by number; beyond it "many". */
export const MOST_POSITION = 10
/** Waits said, in minutes; a longer one is said as the longest. */
export const WAITS = [1, 2, 3, 5, 10, 15, 20, 30] as const

export const PHRASES: Record<string, Phrases> = {
  en: {
    position: n => `You are number ${n} in the queue.`,
    manyWaiting: 'Many people are waiting before you.',
    wait: n => (n === 1 ? 'The expected wait is less than a minute.' : `The expected wait is about ${n} minutes.`),
    callbackOffer: 'To be called back without losing your place, press 1.',
    callbackNumber: 'We will call you at',
    callbackConfirm: 'If this is right, press 1. For another number, press 2.',
    callbackEnter: 'Enter your number, then press the hash key.',
    callbackDone: 'Thank you. We will call you when it is your turn.',
    leaveMessage: 'Please leave a message after the tone.',
    notAvailable: 'We are sorry, nobody can take your call now. Please call again later.',
    recorded: 'This call is recorded.',
    connecting: 'Please hold while we connect you.',
  },
  hr: {
    position: n => `Vi ste ${n}. na redu.`,
    manyWaiting: 'Prije vas čeka mnogo ljudi.',
    wait: n =>
      n === 1
        ? 'Očekivano čekanje je manje od jedne minute.'
        : `Očekivano čekanje je oko ${n} ${n < 5 ? 'minute' : 'minuta'}.`,
    callbackOffer: 'Želite li da vas nazovemo, a da ne izgubite mjesto, pritisnite 1.',
    callbackNumber: 'Nazvat ćemo vas na broj',
    callbackConfirm: 'Ako je to točno, pritisnite 1. Za drugi broj pritisnite 2.',
    callbackEnter: 'Upišite svoj broj, zatim pritisnite ljestve.',
    callbackDone: 'Hvala. Nazvat ćemo vas kad dođete na red.',
    leaveMessage: 'Ostavite poruku nakon zvučnog signala.',
    notAvailable: 'Žao nam je, sada vam se nitko ne može javiti. Nazovite ponovno kasnije.',
    recorded: 'Ovaj se poziv snima.',
    connecting: 'Pričekajte, spajamo vas.',
  },
  'sr-Latn': {
    position: n => `Vi ste ${n}. na redu.`,
    manyWaiting: 'Pre vas čeka mnogo ljudi.',
    wait: n => (n === 1 ? 'Očekivano čekanje je kraće od jednog minuta.' : `Očekivano čekanje je oko ${n} minuta.`),
    callbackOffer: 'Ako želite da vas pozovemo, a da ne izgubite mesto, pritisnite 1.',
    callbackNumber: 'Pozvaćemo vas na broj',
    callbackConfirm: 'Ako je to tačno, pritisnite 1. Za drugi broj pritisnite 2.',
    callbackEnter: 'Unesite svoj broj, zatim pritisnite taraba taster.',
    callbackDone: 'Hvala. Pozvaćemo vas kada dođete na red.',
    leaveMessage: 'Ostavite poruku posle zvučnog signala.',
    notAvailable: 'Žao nam je, sada niko ne može da vam se javi. Pozovite ponovo kasnije.',
    recorded: 'Ovaj poziv se snima.',
    connecting: 'Sačekajte, povezujemo vas.',
  },
  'sr-Cyrl': {
    position: n => `Ви сте ${n}. на реду.`,
    manyWaiting: 'Пре вас чека много људи.',
    wait: n => (n === 1 ? 'Очекивано чекање је краће од једног минута.' : `Очекивано чекање је око ${n} минута.`),
    callbackOffer: 'Ако желите да вас позовемо, а да не изгубите место, притисните 1.',
    callbackNumber: 'Позваћемо вас на број',
    callbackConfirm: 'Ако је то тачно, притисните 1. За други број притисните 2.',
    callbackEnter: 'Унесите свој број, затим притисните тараба тастер.',
    callbackDone: 'Хвала. Позваћемо вас када дођете на ред.',
    leaveMessage: 'Оставите поруку после звучног сигнала.',
    notAvailable: 'Жао нам је, сада нико не може да вам се јави. Позовите поново касније.',
    recorded: 'Овај позив се снима.',
    connecting: 'Сачекајте, повезујемо вас.',
  },
  ro: {
    position: n => `Sunteți numărul ${n} la rând.`,
    manyWaiting: 'Multe persoane așteaptă înaintea dumneavoastră.',
    wait: n =>
      n === 1
        ? 'Timpul de așteptare estimat este sub un minut.'
        : `Timpul de așteptare estimat este de circa ${n} ${n < 20 ? 'minute' : 'de minute'}.`,
    callbackOffer: 'Pentru a fi sunat înapoi fără să vă pierdeți locul, apăsați 1.',
    callbackNumber: 'Vă vom suna la numărul',
    callbackConfirm: 'Dacă este corect, apăsați 1. Pentru alt număr, apăsați 2.',
    callbackEnter: 'Introduceți numărul, apoi apăsați tasta diez.',
    callbackDone: 'Mulțumim. Vă vom suna când vă vine rândul.',
    leaveMessage: 'Vă rugăm să lăsați un mesaj după semnal.',
    notAvailable: 'Ne pare rău, nimeni nu vă poate răspunde acum. Vă rugăm să sunați mai târziu.',
    recorded: 'Acest apel este înregistrat.',
    connecting: 'Vă rugăm să așteptați, vă facem legătura.',
  },
  ru: {
    position: n => `Ваш номер в очереди: ${n}.`,
    manyWaiting: 'Перед вами ожидает много людей.',
    wait: n =>
      n === 1
        ? 'Ожидание займёт меньше минуты.'
        : `Ожидание займёт около ${n} ${n % 10 === 1 && n !== 11 ? 'минуты' : 'минут'}.`,
    callbackOffer: 'Чтобы мы перезвонили вам, а вы не потеряли место в очереди, нажмите 1.',
    callbackNumber: 'Мы перезвоним вам по номеру',
    callbackConfirm: 'Если это верно, нажмите 1. Чтобы указать другой номер, нажмите 2.',
    callbackEnter: 'Введите ваш номер, затем нажмите решётку.',
    callbackDone: 'Спасибо. Мы перезвоним, когда подойдёт ваша очередь.',
    leaveMessage: 'Оставьте сообщение после сигнала.',
    notAvailable: 'К сожалению, сейчас никто не может ответить. Пожалуйста, перезвоните позже.',
    recorded: 'Этот разговор записывается.',
    connecting: 'Пожалуйста, подождите, соединяем.',
  },
}

/** The language in which we speak to somebody who wants `language`: it, its kin, the tenant's own, else English. */
export function phraseLanguage(language: string | null, locale: string): string {
  for (const wanted of [language, locale]) {
    if (!wanted) continue
    if (Object.hasOwn(PHRASES, wanted)) return wanted
    const base = wanted.split('-')[0] ?? ''
    if (Object.hasOwn(PHRASES, base)) return base
    if (base === 'sr') return 'sr-Latn'
    if (base === 'bs') return 'hr'
  }
  return 'en'
}

/** Every text the house may say in a language, for the speech engine to render beforehand; the digits of numbers too. */
export function allPhrases(language: string): string[] {
  const phrases = PHRASES[language]
  if (!phrases) return []
  const { position, wait, ...plain } = phrases
  return [
    ...Object.values(plain),
    ...Array.from({ length: MOST_POSITION }, (_, index) => position(index + 1)),
    ...WAITS.map(wait),
    ...'0123456789',
  ]
}

/** A wait as it is said: the next of WAITS that is not shorter. */
export function waitSaid(waitMs: number): number {
  const minutes = waitMs / 60_000
  return WAITS.find(said => minutes <= said) ?? WAITS[WAITS.length - 1] ?? 30
}
