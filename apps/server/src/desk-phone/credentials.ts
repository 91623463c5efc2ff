import { createHash, randomInt } from 'node:crypto'
import { DESK_PHONE_REALM } from '@centrala/api/desk-phone.ts'

/** Without signs that are mistaken for one another on the display of a phone. */
const SIGNS = 'abcdefghijkmnpqrstuvwxyz23456789'
const PASSWORD_LENGTH = 20

/** A password to be typed with a keypad at worst: about 100 bits. */
export function newPassword(): string {
  return signs(PASSWORD_LENGTH)
}

/** A user name that tells whose phone it is, and is nobody else's in the installation. */
export function newUsername(userName: string): string {
  const plain = userName
    .normalize('NFD')
    .toLowerCase()
    .replace(/đ/g, 'd')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
  return `${plain || 'phone'}-${signs(6)}`
}

/** HA1 of RFC 7616 §3.4.2, by both hashes that phones use; the password itself is not kept. */
export function hashesOf(username: string, password: string): { ha1Md5: string; ha1Sha256: string } {
  const text = `${username}:${DESK_PHONE_REALM}:${password}`
  const hash = (name: string) => createHash(name).update(text).digest('hex')
  return { ha1Md5: hash('md5'), ha1Sha256: hash('sha256') }
}

function signs(length: number): string {
  return Array.from({ length }, () => SIGNS[randomInt(SIGNS.length)]).join('')
}
