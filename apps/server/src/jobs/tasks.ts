import type { Task } from '@centrala/store/job-queue.ts'
import { speakTexts } from '../flow/speak-texts.ts'
import { closeWrapUp } from '../interaction/wrap-up.ts'
import { receiveMail } from '../mail/receive-mail.ts'
import { sendMail } from '../mail/send-mail.ts'
import type { Services } from '../services.ts'
import { sendSurvey } from '../survey/send-survey.ts'
import { giveUp } from '../webchat/departure.ts'
import { deliver } from '../webhook/deliver.ts'

/** What the workers can do; each is enqueued in the transaction that makes it necessary. */
export function tasks(services: Services): Record<string, Task> {
  const { db } = services
  return {
    closeWrapUp: ({ tenantId, interactionId }) => db.tenant(tenantId, tx => closeWrapUp(tx, String(interactionId))),
    receiveMail: ({ tenantId, inboundEventId }) => receiveMail(services, tenantId, String(inboundEventId)),
    sendSurvey: ({ tenantId, interactionId }) =>
      db.tenant(tenantId, tx => sendSurvey(tx, services, String(interactionId))),
    sendMail: ({ tenantId, messageId }, _, lastAttempt) => sendMail(services, tenantId, String(messageId), lastAttempt),
    deliverWebhook: ({ tenantId, webhookId }) => deliver(services, tenantId, String(webhookId)),
    speakTexts: ({ tenantId, flowId }) => speakTexts(services, tenantId, typeof flowId === 'string' ? flowId : null),
    runWhatIf: ({ tenantId, whatIfId }, _, lastAttempt) =>
      services.whatIfs.run(tenantId, String(whatIfId), lastAttempt),
    webchatDeparture: ({ tenantId, ...departure }) => db.tenant(tenantId, tx => giveUp(tx, departure)),
  }
}
