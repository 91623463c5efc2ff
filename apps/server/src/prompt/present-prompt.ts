import type { Prompt, PromptVariant } from '@centrala/api/prompt.ts'
import type { Tx } from '@centrala/store/database.ts'
import { found } from '../refusal.ts'

/** One variant as `prompt.variants` has it, by language. */
export type StoredVariant = Omit<PromptVariant, 'language'>

/** Prompts by name, with the flows and queues that use them; one with `id`. */
export async function presentPrompts(tx: Tx, id: string | null = null): Promise<Prompt[]> {
  const rows = await tx.query<{
    id: string
    name: string
    variants: Record<string, StoredVariant>
    usedBy: Prompt['usedBy']
  }>(
    `SELECT p.id, p.name, p.variants,
            coalesce((SELECT jsonb_agg(use ORDER BY use->>'name') FROM (
              SELECT jsonb_build_object('noun', 'flow', 'id', f.id, 'name', f.name) AS use FROM flow f
               WHERE f.tenant_id = p.tenant_id AND f.definition::text LIKE '%"' || p.id || '"%'
              UNION ALL
              SELECT jsonb_build_object('noun', 'queue', 'id', q.id, 'name', q.name) FROM queue q
               WHERE q.tenant_id = p.tenant_id AND q.voice::text LIKE '%"' || p.id || '"%') AS uses), '[]') AS "usedBy"
       FROM prompt p WHERE $1::uuid IS NULL OR p.id = $1 ORDER BY fold(p.name), p.id`,
    [id],
  )
  return rows.map(({ variants, ...row }) => ({
    ...row,
    variants: Object.entries(variants)
      .map(([language, variant]) => ({ language, ...variant }))
      .sort((one, other) => one.language.localeCompare(other.language)),
  }))
}

export async function presentPrompt(tx: Tx, id: string): Promise<Prompt> {
  return found((await presentPrompts(tx, id))[0], 'prompt')
}

/** Sets or (null) removes one language of a prompt, leaving the others as they are. */
export async function writeVariant(tx: Tx, id: string, language: string, variant: StoredVariant | null): Promise<void> {
  await (variant
    ? tx.query('UPDATE prompt SET variants = variants || jsonb_build_object($2::text, $3::jsonb) WHERE id = $1', [
        id,
        language,
        JSON.stringify(variant),
      ])
    : tx.query('UPDATE prompt SET variants = variants - $2::text WHERE id = $1', [id, language]))
}
