import { LOCALES } from '@centrala/api/shapes.ts'

export type MailLocale = (typeof LOCALES)[number]
export type AccountMailKind = 'invitation' | 'password' | 'test'

interface Facts {
  name: string
  tenant: string
  link: string
}
interface Words {
  subject(facts: Facts): string
  text(facts: Facts): string
}

const EN: Record<AccountMailKind, Words> = {
  invitation: {
    subject: ({ tenant }) => `You are invited to ${tenant} on Centrala`,
    text: ({ name, tenant, link }) =>
      `Hello ${name},\n\nyou are invited to work at ${tenant} on Centrala. Open this link to begin; it is good for seven days and for you only:\n\n${link}\n\nIf you did not expect this, leave it.`,
  },
  password: {
    subject: () => 'A new password for Centrala',
    text: ({ name, link }) =>
      `Hello ${name},\n\nset a new password by this link. It works once and not for long:\n\n${link}\n\nIf you did not ask for it, leave it: your password stays as it is.`,
  },
  test: {
    subject: ({ tenant }) => `Mail from ${tenant} on Centrala works`,
    text: ({ tenant }) =>
      `This is the test mail that was asked for in the settings of ${tenant}. Mail about accounts goes out.`,
  },
}

const HR: Record<AccountMailKind, Words> = {
  invitation: {
    subject: ({ tenant }) => `Pozvani ste u ${tenant} na Centrali`,
    text: ({ name, tenant, link }) =>
      `Pozdrav, ${name},\n\npozvani ste raditi u ${tenant} na Centrali. Otvorite ovu poveznicu za početak; vrijedi sedam dana i samo za vas:\n\n${link}\n\nAko ovo niste očekivali, zanemarite poruku.`,
  },
  password: {
    subject: () => 'Nova lozinka za Centralu',
    text: ({ name, link }) =>
      `Pozdrav, ${name},\n\npostavite novu lozinku ovom poveznicom. Vrijedi jednom i kratko:\n\n${link}\n\nAko je niste tražili, zanemarite poruku: vaša lozinka ostaje ista.`,
  },
  test: {
    subject: ({ tenant }) => `Pošta iz ${tenant} na Centrali radi`,
    text: ({ tenant }) => `Ovo je probna poruka zatražena u postavkama za ${tenant}. Pošta o računima se šalje.`,
  },
}

const SR_LATN: Record<AccountMailKind, Words> = {
  invitation: {
    subject: ({ tenant }) => `Pozvani ste u ${tenant} na Centrali`,
    text: ({ name, tenant, link }) =>
      `Zdravo, ${name},\n\npozvani ste da radite u ${tenant} na Centrali. Otvorite ovu vezu za početak; važi sedam dana i samo za vas:\n\n${link}\n\nAko ovo niste očekivali, zanemarite poruku.`,
  },
  password: {
    subject: () => 'Nova lozinka za Centralu',
    text: ({ name, link }) =>
      `Zdravo, ${name},\n\npostavite novu lozinku preko ove veze. Važi jednom i kratko:\n\n${link}\n\nAko je niste tražili, zanemarite poruku: vaša lozinka ostaje ista.`,
  },
  test: {
    subject: ({ tenant }) => `Pošta iz ${tenant} na Centrali radi`,
    text: ({ tenant }) => `Ovo je probna poruka zatražena u podešavanjima za ${tenant}. Pošta o nalozima se šalje.`,
  },
}

const SR_CYRL: Record<AccountMailKind, Words> = {
  invitation: {
    subject: ({ tenant }) => `Позвани сте у ${tenant} на Централи`,
    text: ({ name, tenant, link }) =>
      `Здраво, ${name},\n\nпозвани сте да радите у ${tenant} на Централи. Отворите ову везу за почетак; важи седам дана и само за вас:\n\n${link}\n\nАко ово нисте очекивали, занемарите поруку.`,
  },
  password: {
    subject: () => 'Нова лозинка за Централу',
    text: ({ name, link }) =>
      `Здраво, ${name},\n\nпоставите нову лозинку преко ове везе. Важи једном и кратко:\n\n${link}\n\nАко је нисте тражили, занемарите поруку: ваша лозинка остаје иста.`,
  },
  test: {
    subject: ({ tenant }) => `Пошта из ${tenant} на Централи ради`,
    text: ({ tenant }) => `Ово је пробна порука затражена у подешавањима за ${tenant}. Пошта о налозима се шаље.`,
  },
}

const RO: Record<AccountMailKind, Words> = {
  invitation: {
    subject: ({ tenant }) => `Invitație la ${tenant} pe Centrala`,
    text: ({ name, tenant, link }) =>
      `Bună, ${name},\n\nați fost invitat să lucrați la ${tenant} pe Centrala. Deschideți acest link pentru a începe; este valabil șapte zile și numai pentru dvs.:\n\n${link}\n\nDacă nu vă așteptați la acest mesaj, ignorați-l.`,
  },
  password: {
    subject: () => 'O parolă nouă pentru Centrala',
    text: ({ name, link }) =>
      `Bună, ${name},\n\nsetați o parolă nouă prin acest link. Funcționează o singură dată și pentru scurt timp:\n\n${link}\n\nDacă nu ați cerut-o, ignorați mesajul: parola rămâne aceeași.`,
  },
  test: {
    subject: ({ tenant }) => `E-mailul de la ${tenant} pe Centrala funcționează`,
    text: ({ tenant }) =>
      `Acesta este mesajul de probă cerut în setările ${tenant}. E-mailurile despre conturi sunt trimise.`,
  },
}

const RU: Record<AccountMailKind, Words> = {
  invitation: {
    subject: ({ tenant }) => `Приглашение в ${tenant} на Centrala`,
    text: ({ name, tenant, link }) =>
      `Здравствуйте, ${name}!\n\nВас приглашают работать в ${tenant} на Centrala. Откройте эту ссылку, чтобы начать; она действует семь дней и только для вас:\n\n${link}\n\nЕсли вы этого не ожидали, просто оставьте письмо без внимания.`,
  },
  password: {
    subject: () => 'Новый пароль для Centrala',
    text: ({ name, link }) =>
      `Здравствуйте, ${name}!\n\nЗадайте новый пароль по этой ссылке. Она действует один раз и недолго:\n\n${link}\n\nЕсли вы этого не просили, оставьте письмо без внимания: пароль останется прежним.`,
  },
  test: {
    subject: ({ tenant }) => `Почта от ${tenant} на Centrala работает`,
    text: ({ tenant }) =>
      `Это пробное письмо, запрошенное в настройках ${tenant}. Письма об учётных записях отправляются.`,
  },
}

const WORDS: Record<MailLocale, Record<AccountMailKind, Words>> = {
  en: EN,
  hr: HR,
  'sr-Latn': SR_LATN,
  'sr-Cyrl': SR_CYRL,
  ro: RO,
  ru: RU,
}

/** A mail about an account, in the reader's language; English where that is not known. */
export function accountMailText(
  kind: AccountMailKind,
  locale: string | null,
  facts: Facts,
): { subject: string; text: string } {
  const known = LOCALES.find(one => one === locale) ?? 'en'
  const words = WORDS[known][kind]
  return { subject: words.subject(facts).replace(/[\r\n]+/g, ' '), text: words.text(facts) }
}
