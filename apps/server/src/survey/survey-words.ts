/** What the survey mail and page say. */
export interface SurveyWords {
  question: string
  mailSubject: string
  mailIntro: string
  mailFoot: string
  scores: [string, string, string, string, string]
  comment: string
  send: string
  change: string
  thanks: string
  thanksMore: string
  closed: string
  gone: string
  choose: string
}

const EN: SurveyWords = {
  question: 'How do you rate our help?',
  mailSubject: 'How did we do?',
  mailIntro: 'Your question has been closed. Please tell us in one press how it was:',
  mailFoot: 'One answer, no registration. You can change it for a day.',
  scores: ['Very poor', 'Poor', 'Fair', 'Good', 'Excellent'],
  comment: 'Would you like to add something? (optional)',
  send: 'Send',
  change: 'Change my answer',
  thanks: 'Thank you!',
  thanksMore: 'Your answer has been saved. You can change it for a day.',
  closed: 'This survey has closed. Thank you all the same.',
  gone: 'This survey cannot be found. Please use the link from the message as it is.',
  choose: 'Please choose one of the five answers.',
}
const HR: SurveyWords = {
  question: 'Kako ocjenjujete našu pomoć?',
  mailSubject: 'Kako smo vam pomogli?',
  mailIntro: 'Vaš je upit zatvoren. Recite nam jednim dodirom kako je bilo:',
  mailFoot: 'Jedan odgovor, bez prijave. Možete ga promijeniti u roku od jednog dana.',
  scores: ['Vrlo loše', 'Loše', 'Osrednje', 'Dobro', 'Odlično'],
  comment: 'Želite li nešto dodati? (neobavezno)',
  send: 'Pošalji',
  change: 'Promijeni odgovor',
  thanks: 'Hvala vam!',
  thanksMore: 'Vaš je odgovor spremljen. Možete ga promijeniti u roku od jednog dana.',
  closed: 'Ova je anketa zatvorena. Svejedno, hvala vam.',
  gone: 'Ova se anketa ne može pronaći. Upotrijebite poveznicu iz poruke onakvu kakva jest.',
  choose: 'Odaberite jedan od pet odgovora.',
}
const SR: SurveyWords = {
  question: 'Kako ocenjujete našu pomoć?',
  mailSubject: 'Kako smo vam pomogli?',
  mailIntro: 'Vaš upit je zatvoren. Recite nam jednim dodirom kako je bilo:',
  mailFoot: 'Jedan odgovor, bez prijave. Možete ga promeniti u roku od jednog dana.',
  scores: ['Veoma loše', 'Loše', 'Osrednje', 'Dobro', 'Odlično'],
  comment: 'Želite li nešto da dodate? (neobavezno)',
  send: 'Pošalji',
  change: 'Promeni odgovor',
  thanks: 'Hvala vam!',
  thanksMore: 'Vaš odgovor je sačuvan. Možete ga promeniti u roku od jednog dana.',
  closed: 'Ova anketa je zatvorena. Svejedno, hvala vam.',
  gone: 'Ova anketa ne može da se pronađe. Upotrebite vezu iz poruke onakvu kakva jeste.',
  choose: 'Izaberite jedan od pet odgovora.',
}
const SR_CYRILLIC: SurveyWords = {
  question: 'Како оцењујете нашу помоћ?',
  mailSubject: 'Како смо вам помогли?',
  mailIntro: 'Ваш упит је затворен. Реците нам једним додиром како је било:',
  mailFoot: 'Један одговор, без пријаве. Можете га променити у року од једног дана.',
  scores: ['Веома лоше', 'Лоше', 'Осредње', 'Добро', 'Одлично'],
  comment: 'Желите ли нешто да додате? (необавезно)',
  send: 'Пошаљи',
  change: 'Промени одговор',
  thanks: 'Хвала вам!',
  thanksMore: 'Ваш одговор је сачуван. Можете га променити у року од једног дана.',
  closed: 'Ова анкета је затворена. Свеједно, хвала вам.',
  gone: 'Ова анкета не може да се пронађе. Употребите везу из поруке онакву каква јесте.',
  choose: 'Изаберите један од пет одговора.',
}
const RO: SurveyWords = {
  question: 'Cum apreciați ajutorul nostru?',
  mailSubject: 'Cum v-am ajutat?',
  mailIntro: 'Solicitarea dumneavoastră a fost închisă. Spuneți-ne cu o singură apăsare cum a fost:',
  mailFoot: 'Un singur răspuns, fără înregistrare. Îl puteți schimba timp de o zi.',
  scores: ['Foarte slab', 'Slab', 'Potrivit', 'Bun', 'Excelent'],
  comment: 'Doriți să adăugați ceva? (opțional)',
  send: 'Trimite',
  change: 'Schimbă răspunsul',
  thanks: 'Vă mulțumim!',
  thanksMore: 'Răspunsul a fost salvat. Îl puteți schimba timp de o zi.',
  closed: 'Acest sondaj s-a închis. Vă mulțumim oricum.',
  gone: 'Acest sondaj nu poate fi găsit. Folosiți linkul din mesaj exact așa cum este.',
  choose: 'Alegeți unul dintre cele cinci răspunsuri.',
}
const RU: SurveyWords = {
  question: 'Как вы оцениваете нашу помощь?',
  mailSubject: 'Как мы справились?',
  mailIntro: 'Ваше обращение закрыто. Скажите нам одним нажатием, как всё прошло:',
  mailFoot: 'Один ответ, без регистрации. Его можно изменить в течение дня.',
  scores: ['Очень плохо', 'Плохо', 'Средне', 'Хорошо', 'Отлично'],
  comment: 'Хотите что-нибудь добавить? (необязательно)',
  send: 'Отправить',
  change: 'Изменить ответ',
  thanks: 'Спасибо!',
  thanksMore: 'Ваш ответ сохранён. Его можно изменить в течение дня.',
  closed: 'Опрос завершён. Всё равно спасибо.',
  gone: 'Опрос не найден. Откройте ссылку из письма без изменений.',
  choose: 'Выберите один из пяти ответов.',
}

const WORDS = { en: EN, hr: HR, 'sr-Latn': SR, 'sr-Cyrl': SR_CYRILLIC, ro: RO, ru: RU }

/** The words and the exact locale for a BCP 47 language, English where we do not speak it. Serbian without a script is Cyrillic. */
export function surveyWords(language: string | null): { locale: keyof typeof WORDS; words: SurveyWords } {
  const tag = language ?? 'en'
  const base = tag.split('-')[0]?.toLowerCase()
  const locale =
    base === 'sr'
      ? /latn/i.test(tag)
        ? 'sr-Latn'
        : 'sr-Cyrl'
      : base === 'hr' || base === 'bs'
        ? 'hr'
        : base === 'ro' || base === 'ru'
          ? base
          : 'en'
  return { locale, words: WORDS[locale] }
}
