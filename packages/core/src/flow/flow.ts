/**
 * What happens before an agent: small steps, free of any channel. A channel renders a step: on the phone `say` is speech and `menu` the keypad.
 * The pure interpreter is run-flow.ts.
 */
export interface Flow {
  /** The step a contact begins with. */
  start: string
  steps: Record<string, FlowStep>
}

export type FlowStep =
  | { type: 'say'; says: Says[]; next: string }
  /** One key, one choice. A wrong key or silence is asked again `retries` times, then `otherwise` follows. */
  | {
      type: 'menu'
      says: Says[]
      choices: Record<string, MenuChoice>
      timeoutSeconds: number
      retries: number
      /** Said before asking again. */
      onWrong: Says[]
      onTimeout: Says[]
      otherwise: string
    }
  /** A row of keys, such as a customer number. `sensitive`: never logged, stored or recorded. */
  | {
      type: 'ask'
      says: Says[]
      name: string
      minDigits: number
      maxDigits: number
      endKey: string
      timeoutSeconds: number
      retries: number
      sensitive: boolean
      next: string
      otherwise: string
    }
  | { type: 'hours'; hoursId: string; open: string; closed: string }
  | { type: 'set'; language?: string; attributes: Record<string, string>; next: string }
  /** Waits for an agent. `next` follows where nobody came: after `maxWaitSeconds`, when already `maxWaiting` wait, or when the queue is closed. */
  | {
      type: 'queue'
      queueId: string
      priority: number
      maxWaitSeconds: number | null
      maxWaiting: number | null
      next: string
    }
  /** Takes a message, which becomes routed work of the queue. */
  | { type: 'voicemail'; queueId: string; says: Says[]; maxSeconds: number; next: string }
  /** Hands the contact to an address outside, such as a partner's number. `next` follows where it is not reached. */
  | { type: 'forward'; to: string; timeoutSeconds: number; next: string }
  | { type: 'end'; says: Says[] }

export interface MenuChoice {
  next: string
  /** What the choice means, for the agent's screen and the timeline: "Invoices". */
  label: string
  /** Choosing it chooses this language (BCP 47). */
  language?: string
  attributes?: Record<string, string>
}

/** Something said: a prompt, which has a variant per language, or a text for the speech engine. */
export type Says = { promptId: string } | { text: string }
