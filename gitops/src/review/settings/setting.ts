import { type Hidden, isHidden } from "../../access/hidden";
import type { Risk } from "../risk";

/** How one setting is compared and told. */
export interface Setting<T> {
  /** What people call it, as the beginning of a sentence. */
  readonly label: string;
  /** Whether two values mean the same. */
  same(before: T, after: T): boolean;
  show(value: T): string;
  /** The whole change in words, where both values beside each other would not say it well. */
  tell?(before: T, after: T): string;
  risks(before: T, after: T): readonly Risk[];
}

/** A setting that changes, in words. */
export interface Change {
  readonly words: string;
  readonly risks: readonly Risk[];
}

/** What Pulumi says of a setting besides its values. */
export interface Circumstances {
  /** Whether its stack declared it, and does not any more. */
  readonly isDropped: boolean;
  /** Whether it may change although both values are hidden. */
  readonly isDoubtful: boolean;
}

/** The change of a setting; undefined if there is none. A value that is undefined is one that nothing tells. */
export function changeOf<T>(
  setting: Setting<T>,
  before: T | Hidden | undefined,
  after: T | Hidden | undefined,
  { isDropped, isDoubtful }: Circumstances,
): Change | undefined {
  const change = compared(setting, before, after, isDoubtful);
  if (!isDropped) return change;
  const words = change?.words ?? `${setting.label}: stays ${shown(setting, after)}`;
  return { words: `${words}; no longer declared`, risks: ["dropsPolicy", ...(change?.risks ?? [])] };
}

/** The value of a new organization in words; undefined if it is what every new one has. */
export function stated<T>(
  setting: Setting<T>,
  initial: T | Hidden | undefined,
  after: T | Hidden | undefined,
): string | undefined {
  return compared(setting, initial, after) && `${setting.label}: ${shown(setting, after)}`;
}

function compared<T>(
  setting: Setting<T>,
  before: T | Hidden | undefined,
  after: T | Hidden | undefined,
  isDoubtful = false,
): Change | undefined {
  const words = `${setting.label}: ${shown(setting, before)} → ${shown(setting, after)}`;
  if (isHidden(before) || isHidden(after)) {
    const isSame = isHidden(before) && isHidden(after) && before.hidden === after.hidden;
    return isSame && !isDoubtful ? undefined : { words, risks: ["hidden"] };
  }
  if (after === undefined) return undefined;
  if (before === undefined) return { words, risks: [] };
  if (setting.same(before, after)) return undefined;
  const told = setting.tell === undefined ? words : `${setting.label}: ${setting.tell(before, after)}`;
  return { words: told, risks: setting.risks(before, after) };
}

function shown<T>(setting: Setting<T>, value: T | Hidden | undefined): string {
  if (value === undefined) return "not known";
  if (!isHidden(value)) return setting.show(value);
  return value.hidden === "secret" ? "kept secret" : "not known before the update";
}

/** A text that nothing depends on. */
export function plain(label: string, risks: readonly Risk[] = []): Setting<string | null> {
  return {
    label,
    same: (before, after) => before === after,
    show: (value) => value ?? "none",
    risks: () => risks,
  };
}

/** An e-mail address, whose case does not matter. */
export function address(label: string, risks: readonly Risk[] = []): Setting<string | null> {
  return { ...plain(label, risks), same: (before, after) => before?.toLowerCase() === after?.toLowerCase() };
}
