/** The demonstration company and what its customers write about. Every language that the interface speaks occurs. */
export const DEMO_PASSWORD = 'adria-demo-2026'

export const PEOPLE = [
  {
    name: 'Ana Kovač',
    email: 'ana@demo.centrala.dev',
    roles: ['agent'],
    locale: 'hr',
    skills: { hr: 5, en: 4, orders: 4, returns: 3 },
  },
  {
    name: 'Marko Živković',
    email: 'marko@demo.centrala.dev',
    roles: ['agent'],
    locale: 'sr-Latn',
    skills: { sr: 5, hr: 4, en: 4, returns: 4 },
  },
  {
    name: 'Elena Popescu',
    email: 'elena@demo.centrala.dev',
    roles: ['agent'],
    locale: 'ro',
    skills: { ro: 5, en: 5, orders: 5 },
  },
  {
    name: 'Дмитрий Волков',
    email: 'dmitri@demo.centrala.dev',
    roles: ['agent'],
    locale: 'ru',
    skills: { ru: 5, en: 3, returns: 2 },
  },
  {
    name: 'Sanja Babić',
    email: 'sanja@demo.centrala.dev',
    roles: ['supervisor'],
    locale: 'hr',
    skills: { hr: 5, en: 5, orders: 5, returns: 5 },
  },
  { name: 'Admin', email: 'admin@demo.centrala.dev', roles: ['admin'], locale: 'en', skills: {} },
] as const

export const SKILLS = [
  { key: 'hr', name: 'Croatian', language: 'hr' },
  { key: 'sr', name: 'Serbian', language: 'sr' },
  { key: 'ro', name: 'Romanian', language: 'ro' },
  { key: 'ru', name: 'Russian', language: 'ru' },
  { key: 'en', name: 'English', language: 'en' },
  { key: 'orders', name: 'Orders', language: null },
  { key: 'returns', name: 'Returns and complaints', language: null },
] as const

export const WRAP_UP = {
  Solved: ['Answered', 'Refunded', 'Replaced'],
  'Not solved': ['Customer will return', 'Passed on'],
}
export const REASONS = {
  Order: ['Where is it', 'Change', 'Cancel'],
  Product: ['Size and fit', 'Fault', 'Care'],
  Account: ['Sign-in', 'Invoice'],
}

export interface Talk {
  customer: string
  email: string
  language: string
  channel: 'chat' | 'email'
  subject: string
  lines: readonly (readonly ['customer' | 'agent', string])[]
}

export const TALKS: readonly Talk[] = [
  {
    customer: 'Petra Horvat',
    email: 'petra.horvat@example.com',
    language: 'hr',
    channel: 'chat',
    subject: 'Gdje je narudžba 48213?',
    lines: [
      ['customer', 'Dobar dan, gdje je moja narudžba 48213?'],
      ['agent', 'Dobar dan, Petra! Paket je jutros predan dostavi i stiže sutra do 14 sati.'],
      ['customer', 'Odlično, hvala na brzini!'],
    ],
  },
  {
    customer: 'Jovan Petrović',
    email: 'jovan.petrovic@example.com',
    language: 'sr',
    channel: 'email',
    subject: 'Zamena veličine cipela',
    lines: [
      [
        'customer',
        'Poštovani,\n\nkupio sam planinarske cipele broj 43, a treba mi 44. Kako da ih zamenim?\n\nSrdačno,\nJovan Petrović',
      ],
      ['agent', 'Poštovani Jovane,\n\nposlali smo Vam nalepnicu za povrat. Čim kurir preuzme paket, šaljemo broj 44.'],
    ],
  },
  {
    customer: 'Ioana Ionescu',
    email: 'ioana.ionescu@example.com',
    language: 'ro',
    channel: 'chat',
    subject: 'Cod de reducere',
    lines: [
      ['customer', 'Bună ziua! Codul de reducere nu funcționează la plată.'],
      ['agent', 'Bună, Ioana! Codul expirase; v-am făcut unul nou, valabil azi: MUNTE15.'],
      ['customer', 'Merge acum, mulțumesc!'],
    ],
  },
  {
    customer: 'Ольга Смирнова',
    email: 'olga.smirnova@example.com',
    language: 'ru',
    channel: 'email',
    subject: 'Счёт на фирму',
    lines: [
      ['customer', 'Здравствуйте! Пришлите, пожалуйста, счёт по заказу 48377 на фирму «Альпина».'],
      [
        'agent',
        'Здравствуйте, Ольга! Счёт с реквизитами фирмы во вложении к этому заказу, ссылка — в личном кабинете.',
      ],
    ],
  },
  {
    customer: 'James Whitfield',
    email: 'james.whitfield@example.com',
    language: 'en',
    channel: 'chat',
    subject: 'Tent pole broke',
    lines: [
      ['customer', 'Hi, a pole of the Velebit 2 tent snapped on the second night.'],
      [
        'agent',
        'Sorry about that, James! A new pole set leaves today, free of charge. Do you need it delivered on the way?',
      ],
      ['customer', 'Yes please, to the campsite in Starigrad.'],
      ['agent', 'Done. You get the tracking number by e-mail.'],
    ],
  },
  {
    customer: 'Marija Živković',
    email: 'marija.zivkovic@example.com',
    language: 'hr',
    channel: 'email',
    subject: 'Reklamacija – ruksak',
    lines: [
      [
        'customer',
        'Poštovani,\n\nna ruksaku Učka 40 pukao je patentni zatvarač nakon mjesec dana. U prilogu je račun.\n\nMarija Živković',
      ],
      ['agent', 'Poštovana Marija,\n\nžao nam je. Ruksak ćemo zamijeniti; dostavljač dolazi po njega u četvrtak.'],
    ],
  },
  {
    customer: 'Andrei Munteanu',
    email: 'andrei.munteanu@example.com',
    language: 'ro',
    channel: 'email',
    subject: 'Livrare la Cluj',
    lines: [
      ['customer', 'Bună ziua,\n\nLivrați și sâmbăta la Cluj-Napoca?\n\nAndrei'],
      ['agent', 'Bună ziua, Andrei!\n\nDa, sâmbăta între 9 și 13, fără cost suplimentar.'],
    ],
  },
  {
    customer: 'Nina Kranjec',
    email: 'nina.kranjec@example.com',
    language: 'en',
    channel: 'chat',
    subject: 'Which sleeping bag?',
    lines: [
      ['customer', 'Which sleeping bag for Durmitor in October?'],
      ['agent', 'Nights go below zero there: take the Risnjak 400, comfortable to −6 °C.'],
      ['customer', 'Great, ordering it now.'],
    ],
  },
]

/** Waiting at the first start, so that whoever signs in is offered real work. */
export const WAITING: readonly Talk[] = [
  {
    customer: 'Luka Marić',
    email: 'luka.maric@example.com',
    language: 'hr',
    channel: 'email',
    subject: 'Otkazivanje narudžbe 48512',
    lines: [
      [
        'customer',
        'Poštovani,\n\nmolim da otkažete narudžbu 48512, naručio sam krivu boju. Može li se samo promijeniti u plavu?\n\nLijep pozdrav,\nLuka Marić',
      ],
    ],
  },
  {
    customer: 'Grace Oyelaran',
    email: 'grace.oyelaran@example.com',
    language: 'en',
    channel: 'email',
    subject: 'Refund has not arrived',
    lines: [
      [
        'customer',
        'Hello,\n\nI returned order 48102 two weeks ago and the refund of €129 has still not arrived. Could you check?\n\nKind regards,\nGrace',
      ],
    ],
  },
  {
    customer: 'Petra Horvat',
    email: 'petra.horvat@example.com',
    language: 'hr',
    channel: 'email',
    subject: 'Račun za narudžbu 48213',
    lines: [['customer', 'Pozdrav, možete li mi poslati R1 račun za narudžbu 48213? Hvala, Petra']],
  },
]

export const CANNED = [
  {
    shortcut: 'hello',
    name: 'Greeting',
    locale: 'en',
    text: 'Hello {{customer.name | there}}, thank you for writing. How can I help?',
  },
  {
    shortcut: 'pozdrav',
    name: 'Pozdrav',
    locale: 'hr',
    text: 'Pozdrav {{customer.name}}, hvala na javljanju! Kako Vam mogu pomoći?',
  },
  {
    shortcut: 'return',
    name: 'How to return',
    locale: 'en',
    text: 'You can return anything within 30 days: print the label from your account, and the courier picks it up at your door.',
  },
  {
    shortcut: 'povrat',
    name: 'Kako vratiti',
    locale: 'hr',
    text: 'Sve možete vratiti u roku od 30 dana: naljepnicu nađete u svom računu, a dostavljač dolazi po paket na Vaša vrata.',
  },
  {
    shortcut: 'bye',
    name: 'Goodbye',
    locale: 'en',
    text: 'Glad I could help, {{customer.name | thank you}}. Have a good day! — {{agent.name}}',
  },
] as const
