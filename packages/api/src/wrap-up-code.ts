import { codeRoutes } from './code.ts'

/** What the agent chooses to say about how a contact ended. */
export const {
  list: listWrapUpCodes,
  create: createWrapUpCode,
  change: changeWrapUpCode,
  order: orderWrapUpCodes,
  archive: archiveWrapUpCode,
  restore: restoreWrapUpCode,
} = codeRoutes('WrapUpCode', '/wrap-up-codes', 'wrap-up code')
