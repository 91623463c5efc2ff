import { readdirSync, readFileSync } from 'node:fs'
import { emailConfig, emailSecrets } from './account.ts'
import { receive } from './receive.ts'

const a = JSON.parse(readFileSync('fixtures/account.json', 'utf8'))
const account = {
  id: 'a',
  tenantId: 't',
  config: emailConfig.parse(a.config),
  secrets: emailSecrets.parse(a.secrets),
  signingKey: Buffer.from('k'.repeat(32)),
}
for (const f of readdirSync('fixtures')
  .filter(f => f.endsWith('.eml'))
  .sort()) {
  const [m] = await receive(readFileSync('fixtures/' + f), account)
  if (m!.kind === 'delivery') {
    console.log(f, 'DELIVERY', m.status, m.messageProviderId, m.detail)
    continue
  }
  const x = m as any
  console.log(
    f.padEnd(26),
    JSON.stringify({
      s: x.subject,
      from: x.sender.address,
      n: x.sender.name,
      rt: x.replyTo,
      t: x.text.slice(0, 90),
      q: x.quoted?.slice(0, 50),
      a: x.automatic,
      l: x.language,
      f: x.files.map((f: any) => f.name + ':' + f.content.length + ':' + f.contentId),
      r: x.references,
      d: x.sentAt?.toISOString(),
    }),
  )
  if (/xss|inline|reply-(apple|outlook|gmail|thunderbird)-(en|ru)|outlook-web/.test(f)) console.log('    ', x.html)
}
