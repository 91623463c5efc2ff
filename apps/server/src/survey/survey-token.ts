import { createHmac, timingSafeEqual } from 'node:crypto'

/** 16 bytes tenant, 16 bytes interaction, 16 bytes of HMAC-SHA-256 over them. */
const LENGTH = 48
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The address part that lets whoever holds it answer the survey of one interaction, and nothing else. */
export function surveyToken(key: Buffer, tenantId: string, interactionId: string): string {
  const body = Buffer.concat([bytes(tenantId), bytes(interactionId)])
  return Buffer.concat([body, sign(key, body)]).toString('base64url')
}

/** Whose survey a token is for, or null when it was not made by us. */
export function readSurveyToken(key: Buffer, token: string): { tenantId: string; interactionId: string } | null {
  const all = Buffer.from(token, 'base64url')
  if (all.length !== LENGTH || all.toString('base64url') !== token) return null
  const body = all.subarray(0, 32)
  if (!timingSafeEqual(all.subarray(32), sign(key, body))) return null
  return { tenantId: uuid(body.subarray(0, 16)), interactionId: uuid(body.subarray(16)) }
}

const sign = (key: Buffer, body: Buffer): Buffer =>
  createHmac('sha256', key).update('survey\0').update(body).digest().subarray(0, 16)

function bytes(id: string): Buffer {
  if (!UUID.test(id)) throw new Error(`"${id}" is not an id.`)
  return Buffer.from(id.replaceAll('-', ''), 'hex')
}
const uuid = (part: Buffer): string =>
  part.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
