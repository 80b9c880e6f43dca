import type { Lacks } from "../../../provider/src/core/needs";
import { layouts } from "./layouts";
import type { Remark } from "./remark";
import { rules } from "./rules";

/** One kind of file that can be checked without a network. */
export interface Validator {
  /** How the command line names such files, as `--rules <file>`; undefined for those that stand without an option. */
  readonly option?: { readonly flags: string; readonly description: string } | undefined;
  /** All that there is to say of a file or folder, named as in `path`. */
  check(path: string, around: Circumstances): readonly Remark[];
}

export interface Circumstances {
  /** The folder that a relative path starts from. */
  readonly folder: string;
  /** The day, UTC, such as `2027-01-31`. */
  readonly today: string;
  /** Organizations that every layout has to have; none: whichever it has. */
  readonly only: readonly string[];
  /** The API that layouts must fit. */
  readonly api: Lacks;
  /** The organizations that access rules may name; undefined for any. */
  readonly organizations: readonly string[] | undefined;
}

/** Every kind. A new one is a file beside this and a line here. */
export const validators: readonly Validator[] = [layouts, rules];
