import { getWebchatFile, getWidgetConfig, sendOfflineForm, uploadWebchatFile } from '@centrala/api/webchat.ts'
import { conversationOfTicket, isFileSignature } from '@centrala/channels/webchat/verify.ts'
import { answerFile } from '../file/answer-file.ts'
import { receiveUpload } from '../file/receive-upload.ts'
import { handlePublic } from '../http/handle.ts'
import { found, Refusal } from '../refusal.ts'
import { iceServers } from '../voice/ice-servers.ts'
import { requireOrigin } from '../webchat/account.ts'
import { offlineMailbox, receiveOffline } from '../webchat/offline.ts'
import { openingOf } from '../webchat/opening.ts'
import { presentFile } from '../webchat/present-webchat.ts'
import { createRate } from '../webchat/rate.ts'

const looks = createRate({ burst: 600, perSecond: 20 })
const forms = createRate({ burst: 10, perSecond: 1 / 60 })
/** Files of one conversation, and of one address: whoever sends them is unknown, and what they send is kept. */
const uploads = createRate({ burst: 20, perSecond: 1 / 15 })
const uploadsOfAddress = createRate({ burst: 60, perSecond: 1 / 2 })

/** What the widget asks for outside of its live connection. */
export const webchatRoutes = [
  handlePublic(getWidgetConfig, async ({ services, params, request, reply }) => {
    spend(looks, request.ip)
    const account = await services.webchat.byKey(params.key)
    requireOrigin(services, account, request.headers)
    const { open, opensAt, mailbox } = await services.db.tenant(account.tenantId, async tx => ({
      ...(await openingOf(tx, account.queueId)),
      mailbox: await offlineMailbox(tx, account),
    }))
    reply.header('cache-control', 'public, max-age=30').header('vary', 'origin')
    const callable = account.config.calls && services.voice.freeNode() !== null
    const { color, theme, radius, position, locale, greeting, preChat, invite, files, sound, sharesDraft } =
      account.config
    return {
      name: account.title,
      ...{ color, theme, radius, position, locale, greeting, preChat, invite, files, sound, sharesDraft },
      open,
      opensAt: opensAt?.toISOString() ?? null,
      calls: callable,
      iceServers: callable ? iceServers(services.env, 'visitor') : [],
      offlineForm: account.config.offlineForm && mailbox !== undefined,
    }
  }),
  handlePublic(uploadWebchatFile, async ({ services, params, request }) => {
    const account = await services.webchat.byKey(params.key)
    requireOrigin(services, account, request.headers)
    if (!account.config.files) throw new Refusal(403, 'file.notTaken', 'Files are not taken in this chat.')
    const ticket = /^Bearer (\S{1,200})$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const conversationId = conversationOfTicket(services.keys.signing, ticket, Date.now())
    if (!conversationId)
      throw new Refusal(401, 'ticket.expired', 'This upload is not allowed any more. Attach the file again.')
    await services.db.tenant(account.tenantId, async tx =>
      found(
        await tx.db.selectFrom('conversation').select('id').where('id', '=', conversationId).executeTakeFirst(),
        'conversation',
      ),
    )
    spend(uploadsOfAddress, request.ip)
    spend(uploads, conversationId)
    return presentFile(account, await receiveUpload(services, account.tenantId, conversationId, request))
  }),
  handlePublic(getWebchatFile, async ({ services, params, query, request, reply }) => {
    spend(looks, request.ip)
    const account = await services.webchat.byKey(params.key)
    if (!isFileSignature(services.keys.signing, params.id, query.until, query.signature, Date.now()))
      throw new Refusal(403, 'file.addressExpired', 'This address has run out. Open the chat again for a fresh one.')
    const file = await services.db.tenant(account.tenantId, async tx =>
      found(await tx.db.selectFrom('file').selectAll().where('id', '=', params.id).executeTakeFirst(), 'file'),
    )
    return answerFile(services, account.tenantId, file, reply, query.download ?? false)
  }),
  handlePublic(sendOfflineForm, async ({ services, params, body, request }) => {
    spend(forms, request.ip)
    const account = await services.webchat.byKey(params.key)
    requireOrigin(services, account, request.headers)
    await services.db.tenant(account.tenantId, tx => receiveOffline(tx, account, body))
    return {}
  }),
]

function spend(rate: typeof looks, key: string): void {
  const retryAfterSeconds = rate.take(key)
  if (retryAfterSeconds > 0)
    throw new Refusal(429, 'webchat.tooFast', 'Too many requests. Try again in a moment.', { retryAfterSeconds })
}
