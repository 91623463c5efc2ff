import { PASSWORD } from './world.ts'

/**
 * Bodies whose sense their schema alone does not tell, by route; each is sent. `id` gives the id for a field of that name, or for a row
 * that makeWorld made by that name.
 */
export const BODIES: Record<string, (id: (field: string) => string) => unknown[]> = {
  changePassword: () => [{ currentPassword: PASSWORD, newPassword: 'three tall paper boats' }],
  disableTwoFactor: () => [{ password: PASSWORD }],
  enableTwoFactor: () => [{ password: PASSWORD }],
  enterTenant: id => [{ slug: id('tenant slug') }],
  moveInteraction: id => [{ channel: 'email', channelAccountId: id('email account'), address: 'ana@example.com' }],
  orderContactReasons: id => [
    { parentId: null, ids: [id('contact_reason')] },
    { parentId: id('contact_reason'), ids: [id('child contact_reason')] },
  ],
  orderWrapUpCodes: id => [
    { parentId: null, ids: [id('wrap_up_code')] },
    { parentId: id('wrap_up_code'), ids: [id('child wrap_up_code')] },
  ],
  reassign: id => [{ agentId: id('other users') }, { queueId: id('queue') }],
  startConversation: id => [
    {
      customerId: id('customer'),
      channel: 'email',
      channelAccountId: id('email account'),
      queueId: id('queue'),
      subject: 'Sample',
    },
  ],
  transferInteraction: id => [{ agentId: id('other users') }, { queueId: id('queue') }],
}
