import { emailConfig, ownAddresses } from '@centrala/channels/email/account.ts'
import { type Intake, listenForMail } from '@centrala/channels/email/smtp-intake.ts'
import { withoutToken } from '@centrala/channels/email/token.ts'
import type { Services } from '../services.ts'
import { storeMail } from './store-mail.ts'

/** The built-in receiving mail server, where SMTP_INTAKE_PORT is set: takes mail for the intake addresses of all tenants. */
export async function runIntake(services: Services, host: string): Promise<Intake | null> {
  const { env, db } = services
  if (env.SMTP_INTAKE_PORT === undefined) return null
  return listenForMail({
    host,
    port: env.SMTP_INTAKE_PORT,
    name: new URL(services.publicUrl).hostname,
    isKnownAddress: async address => (await ownerOf(db, address)) !== null,
    async store(raw, envelope) {
      const owner = await ownerOf(db, envelope.to)
      if (owner) await storeMail(services, owner.tenantId, owner.id, raw, { ...envelope })
    },
  })
}

async function ownerOf(db: Services['db'], address: string): Promise<{ tenantId: string; id: string } | null> {
  const plain = withoutToken(address).toLowerCase()
  const { rows } = await db.log.query<{ tenantId: string; id: string; config: unknown }>(
    `SELECT tenant_id AS "tenantId", id, config FROM channel_account WHERE channel = 'email' AND active`,
  )
  for (const { tenantId, id, config } of rows) {
    const parsed = emailConfig.safeParse(config)
    if (parsed.success && parsed.data.intakeAddresses.length > 0 && ownAddresses(parsed.data).has(plain))
      return { tenantId, id }
  }
  return null
}
