/** Forms of a counted phrase, by the categories of Intl.PluralRules; `{n}` is the number. */
export type Counted = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>

/** Every word the widget says. `{name}` and the like are filled in. */
export interface Words {
  open: string
  close: string
  dialog: string
  unread: Counted
  here: string
  away: string
  reconnecting: string
  waiting: string
  position: string
  next: string
  wait: string
  underMinute: string
  minutes: Counted
  minuteRange: Counted
  joined: string
  left: string
  ended: string
  newChat: string
  options: string
  endChat: string
  endSure: string
  cancel: string
  write: string
  send: string
  attach: string
  emoji: string
  remove: string
  drop: string
  tooLarge: string
  fileFailed: string
  tooLong: Counted
  typing: string
  sending: string
  sent: string
  delivered: string
  read: string
  failed: string
  retry: string
  you: string
  name: string
  email: string
  phone: string
  message: string
  choose: string
  required: string
  badEmail: string
  start: string
  greeting: string
  closedTitle: string
  closedText: string
  leaveMessage: string
  closedOnly: string
  backAt: string
  formDone: string
  formFailed: string
  rate: string
  rates: readonly [string, string, string, string, string]
  comment: string
  rateSend: string
  rateDone: string
  earlier: string
  today: string
  yesterday: string
  soundOn: string
  soundOff: string
  newBelow: string
  inviteYes: string
  inviteNo: string
  image: string
  download: string
}
