import { codeRoutes } from './code.ts'

/** Why the customer came. */
export const {
  list: listContactReasons,
  create: createContactReason,
  change: changeContactReason,
  order: orderContactReasons,
  archive: archiveContactReason,
  restore: restoreContactReason,
} = codeRoutes('ContactReason', '/contact-reasons', 'contact reason')
