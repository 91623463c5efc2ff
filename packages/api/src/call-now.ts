import { z } from 'zod'
import { Count, Id } from './shapes.ts'

export const LEG_KINDS = ['customer', 'agent', 'supervisor', 'outside'] as const

/** How well a leg's audio came through. */
export const LegQuality = z.object({
  codec: z.string(),
  packets: Count,
  lost: Count,
  jitterMs: z.number(),
  roundTripMs: z.number().nullable(),
  /** Estimated mean opinion score, 1 to 4.5 (ITU-T G.107). */
  mos: z.number().nullable(),
})
export type LegQuality = z.infer<typeof LegQuality>

/** Of a call as it is now: for live lists; nothing is kept of it. */
export const CallNow = z.object({
  callId: Id,
  tenantId: Id,
  legs: z.array(
    z.object({
      legId: Id,
      kind: z.enum(LEG_KINDS),
      userId: Id.nullable(),
      quality: LegQuality.nullable(),
    }),
  ),
})
