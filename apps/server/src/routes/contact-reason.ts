import {
  archiveContactReason,
  changeContactReason,
  createContactReason,
  listContactReasons,
  orderContactReasons,
  restoreContactReason,
} from '@centrala/api/contact-reason.ts'
import { handleCodes } from './code.ts'

export const contactReasonRoutes = handleCodes('contactReason', {
  list: listContactReasons,
  create: createContactReason,
  change: changeContactReason,
  order: orderContactReasons,
  archive: archiveContactReason,
  restore: restoreContactReason,
})
