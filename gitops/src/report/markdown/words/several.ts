import { counted } from "../../../wording/counted";
import { code } from "./escape";

/** Up to ten names: a whole company fits in no line. `one` and `many` say what they are names of. */
export function several(names: readonly string[], one: string, many = `${one}s`): string {
  const more = names.length - 10;
  const named = names.slice(0, 10).map(code).join(", ");
  return more > 0 ? `${named} and ${counted(more, `more ${one}`, `more ${many}`)}` : named;
}
