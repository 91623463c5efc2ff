// Generated from the migrations by "npm run schema". Do not edit.
import type { ColumnType } from 'kysely'

/** Has a default: may be left out of an insert. */
export type Generated<T> =
  T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>
/** Never written by us. */
export type GeneratedAlways<T> = ColumnType<T, never, never>

export type Timestamp = ColumnType<Date, Date | string, Date | string>
// biome-ignore lint/suspicious/noExplicitAny: each reader parses or states the shape of its own JSON column
export type Json = ColumnType<any, string, string>

export interface ApiKeyTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
  hash: string
  prefix: string
  scopes: string[]
  createdBy: string | null
  createdAt: Generated<Timestamp>
  expiresAt: Timestamp | null
  lastUsedAt: Timestamp | null
  revokedAt: Timestamp | null
}

export interface AuditEntryTable {
  tenantId: Generated<string>
  id: Generated<string>
  at: Generated<Timestamp>
  userId: string | null
  apiKeyId: string | null
  address: string | null
  action: string
  subjectType: string
  subjectId: string | null
  before: Json | null
  after: Json | null
}

export interface BrandTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
  locale: Generated<string>
  color: Generated<string>
  createdAt: Generated<Timestamp>
  routingWeight: Generated<number>
}

export interface CallTable {
  tenantId: Generated<string>
  id: string
  interactionId: string
  nodeId: string
  direction: string
  way: string
  state: string
  fromAddress: string | null
  toAddress: string
  private: Generated<boolean>
  numberId: string | null
  trunkId: string | null
  userId: string | null
  startedAt: Timestamp
  connectedAt: Timestamp | null
  endedAt: Timestamp | null
  endedBy: string | null
  endedStatus: number | null
  endedQ850: number | null
  endedReason: Generated<string>
  pressed: Generated<Json>
  consulting: string | null
  monitors: Generated<Json>
  pricePerMinute: Generated<number>
  price: Generated<number>
  lastFact: Generated<number>
}

export interface CallLimitsTable {
  tenantId: Generated<string>
  maxCalls: Generated<number>
  maxOutboundCalls: Generated<number>
  maxOutboundPerMinute: Generated<number>
  maxSpendPerDay: Generated<number>
  recordingDays: Generated<number>
}

export interface CannedReplyTable {
  tenantId: Generated<string>
  id: Generated<string>
  shortcut: string
  name: string
  text: string
  locale: string | null
  queueId: string | null
}

export interface ChannelAccountTable {
  tenantId: Generated<string>
  id: Generated<string>
  channel: string
  name: string
  brandId: string | null
  queueId: string | null
  key: Generated<string>
  config: Generated<Json>
  secrets: Buffer | null
  state: Generated<string>
  stateSentence: Generated<string>
  stateAt: Generated<Timestamp>
  cursor: Generated<Json>
  active: Generated<boolean>
  createdAt: Generated<Timestamp>
  statePhrase: Json | null
}

export interface CompanyTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
  domain: string | null
  attributes: Generated<Json>
  createdAt: Generated<Timestamp>
}

export interface ContactReasonTable {
  tenantId: Generated<string>
  id: Generated<string>
  parentId: string | null
  name: string
  position: Generated<number>
  archivedAt: Timestamp | null
}

export interface ConversationTable {
  tenantId: Generated<string>
  id: Generated<string>
  customerId: string
  brandId: string | null
  subject: string | null
  tags: Generated<string[]>
  lastMessageAt: Generated<Timestamp>
  createdAt: Generated<Timestamp>
}

export interface CredentialTable {
  id: string
  accountId: string
  providerId: string
  subject: string
  password: string | null
  accessToken: string | null
  refreshToken: string | null
  idToken: string | null
  accessTokenExpiresAt: Timestamp | null
  refreshTokenExpiresAt: Timestamp | null
  scope: string | null
  createdAt: Generated<Timestamp>
  updatedAt: Generated<Timestamp>
}

export interface CustomerTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string | null
  companyId: string | null
  language: string | null
  timeZone: string | null
  attributes: Generated<Json>
  tags: Generated<string[]>
  mergedIntoId: string | null
  createdAt: Generated<Timestamp>
  search: GeneratedAlways<string | null>
  routingWeight: Generated<number>
}

export interface CustomerMergeTable {
  tenantId: Generated<string>
  id: Generated<string>
  keptId: string
  mergedId: string
  moved: Json
  mergedBy: string | null
  mergedAt: Generated<Timestamp>
  undoneBy: string | null
  undoneAt: Timestamp | null
}

export interface CustomerNoteTable {
  tenantId: Generated<string>
  id: Generated<string>
  customerId: string
  userId: string | null
  text: string
  createdAt: Generated<Timestamp>
}

export interface DeskPhoneTable {
  tenantId: Generated<string>
  id: Generated<string>
  userId: string
  name: string
  username: string
  ha1Md5: string
  ha1Sha256: string
  registered: Generated<boolean>
  userAgent: string | null
  registeredAt: Timestamp | null
  createdAt: Generated<Timestamp>
  extension: string | null
}

export interface DialRuleTable {
  tenantId: Generated<string>
  prefix: string
  allow: Generated<boolean>
  pricePerMinute: Generated<number>
}

export interface EventTable {
  tenantId: Generated<string>
  seq: GeneratedAlways<number>
  xid: Generated<string>
  at: Generated<Timestamp>
  type: string
  interactionId: string | null
  conversationId: string | null
  customerId: string | null
  queueId: string | null
  userId: string | null
  actorId: string | null
  data: Generated<Json>
}

export interface EventCursorTable {
  tenantId: Generated<string>
  reader: string
  xid: string
  seq: number
}

export interface FileTable {
  tenantId: Generated<string>
  id: Generated<string>
  messageId: string | null
  conversationId: string | null
  name: string
  mediaType: string
  size: number
  sha256: string
  contentId: string | null
  createdAt: Generated<Timestamp>
}

export interface FlowTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
  definition: Json
  version: Generated<number>
  speechSentence: Generated<string>
  changedAt: Generated<Timestamp>
  speechPhrase: Json | null
}

export interface HoursTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
  timeZone: string
  weekly: Generated<Json>
  country: string | null
  closures: Generated<Json>
}

export interface IdentityTable {
  tenantId: Generated<string>
  id: Generated<string>
  customerId: string
  kind: string
  address: string
  verifiedAt: Timestamp | null
  createdAt: Generated<Timestamp>
  search: GeneratedAlways<string | null>
  cameBy: Generated<boolean>
}

export interface IdentityProviderTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
  issuer: string
  clientId: string
  clientSecret: Buffer
  domains: Generated<string[]>
  createUsers: Generated<boolean>
  active: Generated<boolean>
}

export interface InboundEventTable {
  tenantId: Generated<string>
  id: Generated<string>
  channelAccountId: string
  providerId: string
  raw: Buffer
  envelope: Generated<Json>
  receivedAt: Generated<Timestamp>
  processedAt: Timestamp | null
  error: string | null
}

export interface InteractionTable {
  tenantId: Generated<string>
  id: Generated<string>
  conversationId: string
  customerId: string
  channel: string
  channelAccountId: string | null
  direction: string
  state: string
  queueId: string | null
  agentId: string | null
  priority: Generated<number>
  language: string | null
  requirements: Generated<Json>
  preferredAgentId: string | null
  context: Generated<Json>
  createdAt: Generated<Timestamp>
  queuedAt: Timestamp | null
  offerExpiresAt: Timestamp | null
  answeredAt: Timestamp | null
  endedAt: Timestamp | null
  closedAt: Timestamp | null
  wrapUpDueAt: Timestamp | null
  outcome: string | null
  wrapUpCodeId: string | null
  contactReasonId: string | null
  wrapUpNote: string | null
  customerWaitsSince: Timestamp | null
  version: Generated<number>
  hold: string | null
  routingWeight: Generated<number>
}

export interface LegTable {
  tenantId: Generated<string>
  id: string
  callId: string
  kind: string
  way: string
  userId: string | null
  address: string | null
  startedAt: Timestamp
  answeredAt: Timestamp | null
  endedAt: Timestamp | null
  endedReason: Generated<string>
  quality: Json | null
}

export interface LinkTable {
  hash: string
  purpose: string
  tenantId: string | null
  userId: string | null
  accountId: string | null
  provesMailbox: Generated<boolean>
  createdAt: Generated<Timestamp>
  expiresAt: Timestamp
  usedAt: Timestamp | null
}

export interface MailRuleTable {
  tenantId: Generated<string>
  id: Generated<string>
  channelAccountId: string | null
  name: string
  position: Generated<number>
  conditions: Generated<Json>
  actions: Generated<Json>
  active: Generated<boolean>
  match: Generated<string>
  goesOn: Generated<boolean>
}

export interface MentionTable {
  tenantId: Generated<string>
  userId: string
  messageId: string
  readAt: Timestamp | null
}

export interface MergeSuggestionTable {
  tenantId: Generated<string>
  id: Generated<string>
  customerId: string
  otherId: string
  reason: string
  evidence: string
  createdAt: Generated<Timestamp>
  dismissedAt: Timestamp | null
}

export interface MessageTable {
  tenantId: Generated<string>
  id: Generated<string>
  conversationId: string
  interactionId: string | null
  channel: string
  author: string
  userId: string | null
  internal: Generated<boolean>
  text: Generated<string>
  html: string | null
  quoted: string | null
  subject: string | null
  recipients: Json | null
  sender: Json | null
  automatic: string | null
  mentions: Generated<string[]>
  data: Generated<Json>
  clientId: string | null
  providerId: string | null
  channelAccountId: string | null
  inboundEventId: string | null
  status: Generated<string>
  statusDetail: string | null
  createdAt: Generated<Timestamp>
  deliveredAt: Timestamp | null
  readAt: Timestamp | null
  search: GeneratedAlways<string | null>
}

export interface PresenceTable {
  tenantId: Generated<string>
  userId: string
  state: Generated<string>
  reasonId: string | null
  since: Generated<Timestamp>
  nextState: string | null
  nextReasonId: string | null
  seenAt: Timestamp | null
}

export interface PresenceReasonTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
  position: Generated<number>
}

export interface PromptTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
  variants: Generated<Json>
  createdAt: Generated<Timestamp>
}

export interface PromptAudioTable {
  tenantId: Generated<string>
  id: string
  durationMs: number
  createdAt: Generated<Timestamp>
}

export interface QueueTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
  brandId: string | null
  hoursId: string | null
  priority: Generated<number>
  ageingPerMinute: Generated<number>
  steps: Generated<Json>
  offerSeconds: Generated<number>
  wrapUpSeconds: Generated<number>
  wrapUpRequired: Generated<boolean>
  contactReasonRequired: Generated<boolean>
  preferredSeconds: Generated<number>
  targetSeconds: Generated<Json>
  targetPercent: Generated<number>
  abandonSeconds: Generated<number>
  signature: Generated<string>
  autoReply: Generated<string>
  surveyId: string | null
  archivedAt: Timestamp | null
  voice: Generated<Json>
  policy: Generated<Json>
  preferLastAgent: Generated<boolean>
  tellPosition: Generated<boolean>
  tellWait: Generated<boolean>
}

export interface QueueTargetTable {
  tenantId: Generated<string>
  queueId: string
  since: Generated<Timestamp>
  targetSeconds: Json
}

export interface QueueWrapUpCodeTable {
  tenantId: Generated<string>
  queueId: string
  wrapUpCodeId: string
}

export interface ReceiptTable {
  tenantId: Generated<string>
  id: Generated<string>
  interactionId: string
  agentId: string
  decidedAt: Timestamp
  decision: Json
}

export interface RecordingTable {
  tenantId: Generated<string>
  id: string
  callId: string
  interactionId: string
  kind: string
  state: string
  startedAt: Timestamp
  durationMs: number | null
  bytes: number | null
  pauses: Generated<Json>
  peaks: Generated<Json>
  deleteAfter: Timestamp | null
}

export interface RecordingAudioTable {
  tenantId: Generated<string>
  recordingId: string
  blob: string
  size: number
  storedAt: Generated<Timestamp>
}

export interface ReportPresenceTable {
  tenantId: Generated<string>
  agentId: string
  at: Timestamp
  seq: number
  state: string
}

export interface ReportProgressTable {
  tenantId: Generated<string>
  judgedUntil: Generated<Timestamp>
}

export interface ReportRollupTable {
  tenantId: Generated<string>
  intervalStart: Timestamp
  queueId: Generated<string>
  agentId: Generated<string>
  channel: Generated<string>
  offered: Generated<number>
  answered: Generated<number>
  answeredInTarget: Generated<number>
  abandoned: Generated<number>
  shortAbandoned: Generated<number>
  leftQueue: Generated<number>
  overdue: Generated<number>
  waitMs: Generated<number>
  offersMade: Generated<number>
  offersRejected: Generated<number>
  offersExpired: Generated<number>
  handled: Generated<number>
  talkMs: Generated<number>
  holdMs: Generated<number>
  wrapUpMs: Generated<number>
  transfers: Generated<number>
  firstContacts: Generated<number>
  firstContactResolved: Generated<number>
  csatSum: Generated<number>
  csatCount: Generated<number>
  availableMs: Generated<number>
  busyMs: Generated<number>
  wrapUpPresenceMs: Generated<number>
  notRespondingMs: Generated<number>
  awayMs: Generated<number>
  occupiedMs: Generated<number>
  loadMs: Generated<number>
}

export interface ReportStretchTable {
  tenantId: Generated<string>
  interactionId: string
  place: number
  kind: string
  queueId: string | null
  agentId: string | null
  channel: string
  fromAt: Timestamp
  toAt: Timestamp | null
  outcome: string | null
  targetMs: number | null
  share: Generated<number>
}

export interface RouterLeaseTable {
  tenantId: Generated<string>
  holder: string
  expiresAt: Timestamp
  epoch: Generated<number>
}

export interface RoutingJournalTable {
  tenantId: Generated<string>
  seq: GeneratedAlways<number>
  at: Generated<Timestamp>
  start: Generated<boolean>
  told: Json
  decisions: Json
}

export interface RoutingProfileTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
  capacity: Generated<number>
  weights: Generated<Json>
  interrupts: Generated<Json>
}

export interface RoutingProfileQueueTable {
  tenantId: Generated<string>
  routingProfileId: string
  queueId: string
  priority: Generated<number>
  delaySeconds: Generated<number>
}

export interface SegmentTable {
  tenantId: Generated<string>
  id: Generated<string>
  interactionId: string
  kind: string
  queueId: string | null
  agentId: string | null
  startedAt: Timestamp
  endedAt: Timestamp | null
  outcome: string | null
}

export interface ServerNodeTable {
  tenantId: Generated<string>
  node: string
  seenAt: Generated<Timestamp>
  screenUserIds: Generated<string[]>
  phoneUserIds: Generated<string[]>
  chatConversationIds: Generated<string[]>
  guestUserIds: Generated<string[]>
  voiceNodeIds: Generated<string[]>
  url: string | null
}

export interface SessionTable {
  id: string
  token: string
  accountId: string
  tenantId: string
  identityProviderId: string | null
  ipAddress: string | null
  userAgent: string | null
  expiresAt: Timestamp
  createdAt: Generated<Timestamp>
  updatedAt: Generated<Timestamp>
}

export interface SignInAccountTable {
  id: string
  name: string
  email: string
  emailVerified: Generated<boolean>
  image: string | null
  twoFactorEnabled: Generated<boolean>
  createdAt: Generated<Timestamp>
  updatedAt: Generated<Timestamp>
}

export interface SkillTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
  kind: Generated<string>
  language: string | null
}

export interface SpeechTable {
  tenantId: Generated<string>
  engine: Generated<string>
  config: Generated<Json>
  secrets: Buffer | null
}

export interface SpokenTextTable {
  tenantId: Generated<string>
  language: string
  textHash: string
  text: string
  audioId: string
  spokenAt: Generated<Timestamp>
}

export interface SurveyTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
  question: Generated<Json>
  active: Generated<boolean>
}

export interface SurveyResponseTable {
  tenantId: Generated<string>
  interactionId: string
  surveyId: string | null
  score: number | null
  comment: string | null
  askedAt: Generated<Timestamp>
  answeredAt: Timestamp | null
}

export interface TeamTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
}

export interface TenantTable {
  tenantId: Generated<string>
  slug: string
  name: string
  locale: Generated<string>
  timeZone: Generated<string>
  settings: Generated<Json>
  createdAt: Generated<Timestamp>
  accountMail: Buffer | null
  requireTwoFactor: Generated<boolean>
}

export interface ThrottleTable {
  key: string
  failures: number
  lastAt: Timestamp
  blockedUntil: Timestamp
}

export interface TrunkTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
  config: Generated<Json>
  secrets: Buffer | null
  active: Generated<boolean>
  state: Generated<string>
  stateSentence: Generated<string>
  stateAt: Generated<Timestamp>
  createdAt: Generated<Timestamp>
  statePhrase: Json | null
}

export interface TwoFactorTable {
  id: string
  accountId: string
  secret: string
  backupCodes: string
  verified: Generated<boolean | null>
  failedVerificationCount: Generated<number | null>
  lockedUntil: Timestamp | null
}

export interface UsedCodeTable {
  accountId: string
  code: string
  usedAt: Generated<Timestamp>
}

export interface UserSkillTable {
  tenantId: Generated<string>
  userId: string
  skillId: string
  proficiency: number
}

export interface UsersTable {
  tenantId: Generated<string>
  id: Generated<string>
  accountId: string | null
  name: string
  email: string
  roles: Generated<string[]>
  locale: string | null
  teamId: string | null
  routingProfileId: string | null
  settings: Generated<Json>
  createdAt: Generated<Timestamp>
  deactivatedAt: Timestamp | null
  attributes: Generated<Json>
}

export interface VerificationTable {
  id: string
  identifier: string
  value: string
  expiresAt: Timestamp
  createdAt: Generated<Timestamp>
  updatedAt: Generated<Timestamp>
}

export interface WebhookTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
  url: string
  secret: Buffer
  events: string[]
  active: Generated<boolean>
  failingSince: Timestamp | null
  createdAt: Generated<Timestamp>
  stateSentence: Generated<string>
  busyUntil: Timestamp | null
  statePhrase: Json | null
}

export interface WebhookDeliveryTable {
  tenantId: Generated<string>
  id: Generated<string>
  webhookId: string
  eventXid: string
  eventSeq: number
  eventType: string
  payload: Json
  state: Generated<string>
  attempts: Generated<number>
  statusCode: number | null
  detail: string | null
  createdAt: Generated<Timestamp>
  nextAttemptAt: Generated<Timestamp>
  deliveredAt: Timestamp | null
  phrase: Json | null
}

export interface WhatIfTable {
  tenantId: Generated<string>
  id: Generated<string>
  name: string
  fromAt: Timestamp
  toAt: Timestamp
  rules: Json
  runs: number
  state: Generated<string>
  progress: Generated<number>
  problem: string | null
  result: Json | null
  createdBy: string | null
  createdAt: Generated<Timestamp>
  finishedAt: Timestamp | null
}

export interface WrapUpCodeTable {
  tenantId: Generated<string>
  id: Generated<string>
  parentId: string | null
  name: string
  position: Generated<number>
  archivedAt: Timestamp | null
}

export interface DB {
  apiKey: ApiKeyTable
  auditEntry: AuditEntryTable
  brand: BrandTable
  call: CallTable
  callLimits: CallLimitsTable
  cannedReply: CannedReplyTable
  channelAccount: ChannelAccountTable
  company: CompanyTable
  contactReason: ContactReasonTable
  conversation: ConversationTable
  credential: CredentialTable
  customer: CustomerTable
  customerMerge: CustomerMergeTable
  customerNote: CustomerNoteTable
  deskPhone: DeskPhoneTable
  dialRule: DialRuleTable
  event: EventTable
  eventCursor: EventCursorTable
  file: FileTable
  flow: FlowTable
  hours: HoursTable
  identity: IdentityTable
  identityProvider: IdentityProviderTable
  inboundEvent: InboundEventTable
  interaction: InteractionTable
  leg: LegTable
  link: LinkTable
  mailRule: MailRuleTable
  mention: MentionTable
  mergeSuggestion: MergeSuggestionTable
  message: MessageTable
  presence: PresenceTable
  presenceReason: PresenceReasonTable
  prompt: PromptTable
  promptAudio: PromptAudioTable
  queue: QueueTable
  queueTarget: QueueTargetTable
  queueWrapUpCode: QueueWrapUpCodeTable
  receipt: ReceiptTable
  recording: RecordingTable
  recordingAudio: RecordingAudioTable
  reportPresence: ReportPresenceTable
  reportProgress: ReportProgressTable
  reportRollup: ReportRollupTable
  reportStretch: ReportStretchTable
  routerLease: RouterLeaseTable
  routingJournal: RoutingJournalTable
  routingProfile: RoutingProfileTable
  routingProfileQueue: RoutingProfileQueueTable
  segment: SegmentTable
  serverNode: ServerNodeTable
  session: SessionTable
  signInAccount: SignInAccountTable
  skill: SkillTable
  speech: SpeechTable
  spokenText: SpokenTextTable
  survey: SurveyTable
  surveyResponse: SurveyResponseTable
  team: TeamTable
  tenant: TenantTable
  throttle: ThrottleTable
  trunk: TrunkTable
  twoFactor: TwoFactorTable
  usedCode: UsedCodeTable
  userSkill: UserSkillTable
  users: UsersTable
  verification: VerificationTable
  webhook: WebhookTable
  webhookDelivery: WebhookDeliveryTable
  whatIf: WhatIfTable
  wrapUpCode: WrapUpCodeTable
}
