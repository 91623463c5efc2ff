import { Refusal } from '../refusal.ts'
import { PASSWORD_LENGTH } from './engine.ts'

/** What guessing begins with, of ten characters and more (from lists of leaked passwords), and words that are near at hand here. */
const COMMON = new Set(
  `1234567890 0123456789 9876543210 0987654321 1111111111 0000000000 1234512345 12345678910 123456789a 1234567891 123123123123 112233445566
   1q2w3e4r5t 1qaz2wsx3edc qwertyuiop qwerty12345 qwerty123456 qwertyuiop123 asdfghjkl1 asdfghjkl123 zxcvbnm123 password12 password123
   password1234 password12345 passw0rd123 p@ssw0rd123 letmein123 letmein1234 welcome123 welcome1234 iloveyou12 iloveyou123 administrator
   admin12345 admin123456 changeme12 changeme123 changeme1234 football123 baseball123 superman123 sunshine123 princess123 dragon1234
   monkey12345 michael123 trustno1trustno1 whatever123 hello12345 helloworld abcdefghij abcd123456 abc1234567 aaaaaaaaaa abcdefghijkl
   centrala123 callcenter contactcentre contactcenter callcentre1 lozinka123 lozinka1234 sifra12345 parola1234 parola12345 пароль1234
   йцукенгшщз 1234qwerasdf qazwsxedcrfv qwerasdfzxcv q1w2e3r4t5 q1w2e3r4t5y6 zaq12wsxcde3 google1234 computer123 internet123`.split(
    /\s+/,
  ),
)

/**
 * A new password: long enough, not among the first that are guessed, and not the person's own e-mail or name.
 * No rules about digits and signs, which make passwords worse (NIST SP 800-63B section 5.1.1.2).
 * @throws Refusal 400 on the field `field`
 */
export function checkNewPassword(password: string, about: { email?: string; name?: string }, field: string): void {
  const folded = password.normalize('NFKC').toLowerCase()
  if ([...password].length < PASSWORD_LENGTH.min)
    throw poor(
      'short',
      field,
      `Write at least ${PASSWORD_LENGTH.min} characters; three or four words of your own do well.`,
    )
  if (password.length > PASSWORD_LENGTH.max)
    throw poor('long', field, `Write at most ${PASSWORD_LENGTH.max} characters.`)
  const bare = folded.replace(/\s+/g, '')
  if (COMMON.has(folded) || new Set(bare).size < 4)
    throw poor(
      'common',
      field,
      'This password is among the first that are guessed. Take three or four words of your own.',
    )
  const own = [about.email, about.email?.split('@')[0], about.name]
    .map(value => value?.toLowerCase().replace(/\s+/g, '') ?? '')
    .filter(value => value.length > 3)
  if (own.some(value => bare === value || (bare.startsWith(value) && bare.length - value.length < 5)))
    throw poor('own', field, 'This password is too near to your name or e-mail. Take three or four words of your own.')
}

const poor = (reason: string, field: string, message: string) =>
  new Refusal(400, `password.${reason}`, message, { fields: [{ path: `body.${field}`, message }] })
