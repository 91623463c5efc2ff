import {
  archiveWrapUpCode,
  changeWrapUpCode,
  createWrapUpCode,
  listWrapUpCodes,
  orderWrapUpCodes,
  restoreWrapUpCode,
} from '@centrala/api/wrap-up-code.ts'
import { handleCodes } from './code.ts'

export const wrapUpCodeRoutes = handleCodes('wrapUpCode', {
  list: listWrapUpCodes,
  create: createWrapUpCode,
  change: changeWrapUpCode,
  order: orderWrapUpCodes,
  archive: archiveWrapUpCode,
  restore: restoreWrapUpCode,
})
