import { createContext, type ReactNode, use } from 'react'
import { useTranslation } from 'react-i18next'
import { Checkbox } from '../../../components/checkbox.tsx'
import { Field } from '../../../components/field.tsx'
import { Input } from '../../../components/input.tsx'
import { NumberInput } from '../../../components/number-input.tsx'
import { Select } from '../../../components/select.tsx'
import { WordList } from '../../../components/word-list.tsx'

interface ConfigForm {
  config: Record<string, unknown>
  secrets: Record<string, string | null>
  secretsSet: readonly string[]
  set: (path: string, value: unknown) => void
  setSecret: (name: string, value: string | null | undefined) => void
  error: (path: string) => string | null
  errorBelow: (path: string) => string | null
  secretError: (name: string) => string | null
  /** Shows what is wrong with the settings. @returns whether they may be tried */
  check: () => boolean
}

export const ConfigFormContext = createContext<ConfigForm | null>(null)

export function useConfigForm(): ConfigForm {
  const form = use(ConfigFormContext)
  if (form === null) throw new Error('A settings field stands outside of its form')
  return form
}

/** The value at a path such as `imap.host`. */
export function at(config: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], config)
}

interface FieldProps {
  path: string
  label: string
  hint?: ReactNode
  required?: boolean
}

export function TextField({
  path,
  label,
  hint,
  required,
  ...rest
}: FieldProps & { type?: string; placeholder?: string; mono?: boolean }) {
  const { config, set, error } = useConfigForm()
  const { mono, ...input } = rest
  return (
    <Field label={label} hint={hint} error={error(path)} required={required ?? false}>
      <Input
        {...input}
        {...(mono && { className: 'font-mono' })}
        value={String(at(config, path) ?? '')}
        onChange={event => set(path, event.target.value)}
      />
    </Field>
  )
}

/** A text that may be missing: an empty field is null. */
export function OptionalTextField({ path, label, hint, placeholder }: FieldProps & { placeholder?: string }) {
  const { config, set, error } = useConfigForm()
  return (
    <Field label={label} hint={hint} error={error(path)} optional>
      <Input
        placeholder={placeholder}
        value={String(at(config, path) ?? '')}
        onChange={event => set(path, event.target.value === '' ? null : event.target.value)}
      />
    </Field>
  )
}

export function NumberField({
  path,
  label,
  hint,
  fallback,
  ...rest
}: FieldProps & { fallback: number; min?: number; max?: number; unit?: string }) {
  const { config, set, error } = useConfigForm()
  return (
    <Field label={label} hint={hint} error={error(path)}>
      <NumberInput value={Number(at(config, path) ?? fallback)} onChange={value => set(path, value)} {...rest} />
    </Field>
  )
}

export function CheckField({ path, label, hint, fallback }: FieldProps & { fallback: boolean }) {
  const { config, set } = useConfigForm()
  return (
    <Checkbox
      checked={Boolean(at(config, path) ?? fallback)}
      onChange={on => set(path, on)}
      label={label}
      hint={hint}
    />
  )
}

export function ChoiceField<Value extends string>({
  path,
  label,
  hint,
  fallback,
  options,
}: FieldProps & { fallback: Value; options: readonly { value: Value; label: string; hint?: string }[] }) {
  const { config, set, error } = useConfigForm()
  return (
    <Field label={label} hint={hint} error={error(path)}>
      <Select
        value={(at(config, path) as Value | undefined) ?? fallback}
        onChange={value => set(path, value)}
        options={options}
      />
    </Field>
  )
}

export function WordsField({ path, label, hint, placeholder }: FieldProps & { placeholder?: string }) {
  const { t } = useTranslation('adminChannels')
  const { config, set, errorBelow } = useConfigForm()
  return (
    <Field label={label} hint={hint} error={errorBelow(path)} optional>
      <WordList
        label={label}
        value={(at(config, path) as string[] | undefined) ?? []}
        onChange={value => set(path, value)}
        removeLabel={word => t('remove', { what: word })}
        {...(placeholder && { placeholder })}
      />
    </Field>
  )
}

/** A password that is never shown again. Left empty, the stored one stays. */
export function SecretField({
  name,
  label,
  hint,
  children,
}: {
  name: string
  label: string
  hint?: string
  children?: ReactNode
}) {
  const { t } = useTranslation('adminChannels')
  const { secrets, secretsSet, setSecret, secretError } = useConfigForm()
  const isSet = secretsSet.includes(name) && secrets[name] !== null
  return (
    <Field label={label} hint={hint} error={secretError(name)}>
      <span className="flex gap-2">
        <Input
          type="password"
          autoComplete="new-password"
          placeholder={isSet ? t('channels.secretStored') : ''}
          value={secrets[name] ?? ''}
          onChange={event => setSecret(name, event.target.value === '' ? undefined : event.target.value)}
        />
        {children}
      </span>
    </Field>
  )
}
