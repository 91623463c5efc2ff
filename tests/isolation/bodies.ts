import { PASSWORD } from './world.ts'

/** Nobody else's in the whole installation. */
const freshNumber = () => `+3851${Math.floor(Math.random() * 9_000_000 + 1_000_000)}`

const trunk = { name: 'Sample', config: { mode: 'address', host: 'sip.example.com' }, password: 'geheim' }

/** A flow that names something of every kind. */
const flow = (id: (field: string) => string) => ({
  name: 'Sample flow',
  definition: {
    start: 'hours',
    steps: {
      hours: { type: 'hours', hoursId: id('hoursId'), open: 'queue', closed: 'voicemail' },
      queue: {
        type: 'queue',
        queueId: id('queueId'),
        priority: 0,
        maxWaitSeconds: null,
        maxWaiting: null,
        next: 'voicemail',
      },
      voicemail: {
        type: 'voicemail',
        queueId: id('queueId'),
        says: [{ promptId: id('promptId') }],
        maxSeconds: 60,
        next: 'end',
      },
      end: { type: 'end', says: [] },
    },
  },
})

/**
 * Bodies whose sense their schema alone does not tell, by route; each is sent. `id` gives the id for a field of that name, or for a row
 * that makeWorld made by that name.
 */
export const BODIES: Record<string, (id: (field: string) => string) => unknown[]> = {
  changeFlow: id => [flow(id)],
  changePassword: () => [{ currentPassword: PASSWORD, newPassword: 'three tall paper boats' }],
  consult: id => [{ userId: id('other users') }, { number: '+385 1 234 5678' }],
  changeTrunk: () => [trunk],
  createChannelAccount: id => [
    { channel: 'chat', name: 'Sample', brandId: id('brandId'), queueId: id('queueId'), config: {} },
    {
      channel: 'voice',
      name: 'Sample',
      brandId: id('brandId'),
      queueId: id('queueId'),
      config: { number: freshNumber(), flowId: id('flowId') },
    },
  ],
  createFlow: id => [flow(id)],
  createTrunk: () => [trunk],
  dial: id => [{ to: '+385 1 234 5678', numberId: id('numberId'), customerId: id('customerId') }],
  forwardCall: () => [{ number: '+385 1 234 5678' }],
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
  setSpeech: () => [{ engine: 'espeak' }],
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
  startWhatIf: id => [
    {
      name: 'Sample',
      from: '2026-01-05T08:00:00Z',
      to: '2026-01-05T12:00:00Z',
      runs: 2,
      rules: {
        queues: [
          {
            queueId: id('queueId'),
            steps: [{ afterSeconds: 0, requirements: [{ skillId: id('skillId'), minProficiency: 1 }] }],
          },
        ],
        agents: [
          {
            agentId: id('agentId'),
            routingProfileId: id('routingProfileId'),
            skills: [{ skillId: id('skillId'), proficiency: 3 }],
          },
        ],
        extraAgents: [{ likeAgentId: id('likeAgentId'), count: 1 }],
      },
    },
  ],
}
