/**
 * What callers are told while they wait, in words of our own: spoken beforehand by the speech engine in every language that callers can have,
 * and found by the voice node under `language|text`.
 */
export type Announcement =
  /** From 1; beyond MOST_POSITION it is the same sentence for all. */
  | { say: 'position'; position: number }
  /** Expected wait; told in the steps of WAIT_MINUTES, rounded up. */
  | { say: 'wait'; minutes: number }
  | { say: 'callbackOffer' }
  /** Where the caller's number is not known. */
  | { say: 'callbackEnter' }
  /** Follows the digits of the number that is called back. */
  | { say: 'callbackConfirm' }
  | { say: 'callbackDone' }
  | { say: 'recorded' }
  | { say: 'closed' }
  | { say: 'busy' }
  | { say: 'voicemail' }
  | { say: 'digit'; digit: string }

export const MOST_POSITION = 20
export const WAIT_MINUTES = [1, 2, 3, 5, 10, 15, 20, 30] as const

interface Words {
  next: string
  position(position: number): string
  far: string
  wait(minutes: number): string
  long: string
  callbackOffer: string
  callbackEnter: string
  callbackConfirm: string
  callbackDone: string
  recorded: string
  closed: string
  busy: string
  voicemail: string
}

/** The sentence in a language; where it is none of ours, in English. */
export function announcementText(announcement: Announcement, language: string): string {
  const words = WORDS[language] ?? WORDS[language.split('-')[0] ?? ''] ?? EN
  switch (announcement.say) {
    case 'position':
      if (announcement.position <= 1) return words.next
      return announcement.position > MOST_POSITION ? words.far : words.position(announcement.position)
    case 'wait': {
      const minutes = WAIT_MINUTES.find(step => announcement.minutes <= step)
      return minutes === undefined ? words.long : words.wait(minutes)
    }
    case 'digit':
      return announcement.digit
    default:
      return words[announcement.say]
  }
}

/** All that can be said in a language: what must be spoken beforehand. */
export function announcementTexts(language: string): string[] {
  const all: Announcement[] = [
    ...Array.from({ length: MOST_POSITION + 1 }, (_, at): Announcement => ({ say: 'position', position: at + 1 })),
    ...[...WAIT_MINUTES, 999].map((minutes): Announcement => ({ say: 'wait', minutes })),
    ...(
      [
        'callbackOffer',
        'callbackEnter',
        'callbackConfirm',
        'callbackDone',
        'recorded',
        'closed',
        'busy',
        'voicemail',
      ] as const
    ).map((say): Announcement => ({ say })),
    ...[...'0123456789'].map((digit): Announcement => ({ say: 'digit', digit })),
  ]
  return [...new Set(all.map(one => announcementText(one, language)))]
}

const slavic = (count: number, one: string, few: string, many: string) =>
  count === 1 ? one : count >= 2 && count <= 4 ? few : many

const EN: Words = {
  next: 'You are next.',
  position: position => `You are number ${position} in the queue.`,
  far: 'There are more than twenty callers before you.',
  wait: minutes => `The expected wait is about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
  long: 'The expected wait is longer than half an hour.',
  callbackEnter: 'Please enter your number, then press the hash key.',
  callbackOffer: 'If you would rather be called back, press 1. You keep your place in the queue.',
  callbackConfirm: 'To be called back at this number, press 1. To go on waiting, press 2.',
  callbackDone: 'Thank you. We will call you back when it is your turn. Goodbye.',
  recorded: 'This call is recorded.',
  closed: 'We are closed now. Please call again during our opening hours. Goodbye.',
  busy: 'All our lines are busy. Please call again later. Goodbye.',
  voicemail: 'Please leave a message after the tone. Press the hash key when you have finished.',
}

const WORDS: Record<string, Words> = {
  en: EN,
  hr: {
    next: 'Vi ste sljedeći na redu.',
    position: position => `Vi ste ${position}. na redu.`,
    far: 'Prije vas čeka više od dvadeset pozivatelja.',
    wait: minutes => `Predviđeno čekanje je oko ${minutes} ${slavic(minutes, 'minutu', 'minute', 'minuta')}.`,
    long: 'Predviđeno čekanje je dulje od pola sata.',
    callbackEnter: 'Upišite svoj broj, zatim pritisnite ljestve.',
    callbackOffer: 'Ako želite da vas nazovemo, pritisnite 1. Zadržat ćete svoje mjesto u redu.',
    callbackConfirm: 'Da vas nazovemo na ovaj broj, pritisnite 1. Za nastavak čekanja pritisnite 2.',
    callbackDone: 'Hvala. Nazvat ćemo vas kad dođete na red. Doviđenja.',
    recorded: 'Ovaj se razgovor snima.',
    closed: 'Trenutačno ne radimo. Molimo nazovite u radno vrijeme. Doviđenja.',
    busy: 'Sve su linije zauzete. Molimo nazovite kasnije. Doviđenja.',
    voicemail: 'Molimo ostavite poruku nakon zvučnog signala. Kad završite, pritisnite ljestve.',
  },
  sr: {
    next: 'Vi ste sledeći na redu.',
    position: position => `Vi ste ${position}. na redu.`,
    far: 'Pre vas čeka više od dvadeset pozivalaca.',
    wait: minutes => `Predviđeno čekanje je oko ${minutes} ${slavic(minutes, 'minut', 'minuta', 'minuta')}.`,
    long: 'Predviđeno čekanje je duže od pola sata.',
    callbackEnter: 'Unesite svoj broj, zatim pritisnite taraba.',
    callbackOffer: 'Ako želite da vas pozovemo, pritisnite 1. Zadržaćete svoje mesto u redu.',
    callbackConfirm: 'Da vas pozovemo na ovaj broj, pritisnite 1. Za nastavak čekanja pritisnite 2.',
    callbackDone: 'Hvala. Pozvaćemo vas kad dođete na red. Doviđenja.',
    recorded: 'Ovaj razgovor se snima.',
    closed: 'Trenutno ne radimo. Molimo pozovite u radno vreme. Doviđenja.',
    busy: 'Sve linije su zauzete. Molimo pozovite kasnije. Doviđenja.',
    voicemail: 'Molimo ostavite poruku posle zvučnog signala. Kad završite, pritisnite taraba.',
  },
  ro: {
    next: 'Sunteți următorul la rând.',
    position: position => `Sunteți al ${position}-lea la rând.`,
    far: 'Înaintea dumneavoastră așteaptă mai mult de douăzeci de persoane.',
    wait: minutes => `Timpul de așteptare este de aproximativ ${roMinutes(minutes)}.`,
    long: 'Timpul de așteptare este mai mare de o jumătate de oră.',
    callbackEnter: 'Introduceți numărul dumneavoastră, apoi apăsați tasta diez.',
    callbackOffer: 'Dacă preferați să vă sunăm noi, apăsați 1. Vă păstrați locul la rând.',
    callbackConfirm: 'Pentru a fi sunat la acest număr, apăsați 1. Pentru a aștepta în continuare, apăsați 2.',
    callbackDone: 'Vă mulțumim. Vă sunăm când vă vine rândul. La revedere.',
    recorded: 'Această convorbire este înregistrată.',
    closed: 'Acum este închis. Vă rugăm să sunați în timpul programului. La revedere.',
    busy: 'Toate liniile sunt ocupate. Vă rugăm să sunați mai târziu. La revedere.',
    voicemail: 'Vă rugăm să lăsați un mesaj după semnalul sonor. Când ați terminat, apăsați tasta diez.',
  },
  ru: {
    next: 'Вы следующий в очереди.',
    position: position => `Ваш номер в очереди: ${position}.`,
    far: 'Перед вами ожидают более двадцати человек.',
    wait: minutes => `Примерное время ожидания: ${minutes} ${slavic(minutes, 'минута', 'минуты', 'минут')}.`,
    long: 'Время ожидания больше получаса.',
    callbackEnter: 'Введите ваш номер, затем нажмите решётку.',
    callbackOffer: 'Если вы хотите, чтобы мы вам перезвонили, нажмите 1. Ваше место в очереди сохранится.',
    callbackConfirm: 'Чтобы мы перезвонили на этот номер, нажмите 1. Чтобы ждать дальше, нажмите 2.',
    callbackDone: 'Спасибо. Мы перезвоним, когда подойдёт ваша очередь. До свидания.',
    recorded: 'Разговор записывается.',
    closed: 'Сейчас мы не работаем. Пожалуйста, позвоните в рабочее время. До свидания.',
    busy: 'Все линии заняты. Пожалуйста, позвоните позже. До свидания.',
    voicemail: 'Пожалуйста, оставьте сообщение после сигнала. Когда закончите, нажмите решётку.',
  },
}

function roMinutes(minutes: number): string {
  if (minutes === 1) return 'un minut'
  return minutes >= 20 ? `${minutes} de minute` : `${minutes} minute`
}
