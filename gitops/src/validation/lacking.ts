import { demandsOf } from "../../../provider/src/components/demands";
import type { Composition } from "../../../provider/src/core/component";
import type { Lacks } from "../../../provider/src/core/needs";
import type { Remark } from "./remark";

/** What a layout asks for and the API lacks, in the words of a preview. `path` is what was to be checked. */
export function lacking(
  api: Lacks,
  composition: Pick<Composition, "children" | "saidAt">,
  path: string,
): readonly Remark[] {
  const remarks = demandsOf(api, composition).map(({ lack: { reason }, said: { what, place } }): Remark => {
    return { severity: "mistake", file: path, ...place, message: `${what}: ${reason}` };
  });
  // A default, or the role of a group, is one mistake, however many it holds for.
  return [...new Map(remarks.map((remark) => [JSON.stringify(remark), remark])).values()];
}
