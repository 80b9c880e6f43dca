import { canonicalizeEnd, day } from "#provider";
import { isRecord } from "#framework";
import { type Forecast, isEndWithin } from "../days";
import type { Adoptable } from "./adopt";
import type { LayoutFiles } from "./layoutFiles";
import { hasReason } from "./people";
import { proveLaterEnd } from "./proof";

/** An entry for a role that ends soon: of a person, or of a team. */
export interface Renewal extends Adoptable {
  readonly organization: string;
  /** The address of the person, or the name of the team. */
  readonly name: string;
  /** The declared end. */
  readonly until: string;
}

/**
 * Lists the entries whose end is in a period, with the edits that move their last days. Leaves out ends that have passed.
 * @param organizations the names of the organizations
 * @param move returns the new last day, or the reason why there is none, in whole sentences
 */
export function listRenewals(
  files: LayoutFiles,
  organizations: readonly string[],
  forecast: Forecast,
  move: (lastDay: string) => { readonly to: string } | string,
): readonly Renewal[] {
  return files.files.flatMap((file) =>
    files.listKeys(file, ["people"]).flatMap((name) =>
      organizations.flatMap((organization): readonly Renewal[] => {
        const path = ["people", name, organization];
        const entry = files.read(file, path);
        if (!isRecord(entry) || typeof entry.until !== "string") return [];
        const until = canonicalizeEnd(entry.until);
        if (!isEndWithin(until, forecast)) return [];
        const createEdit = (): Adoptable["adoption"] => {
          if (hasReason(files, file, name, organization))
            return "A comment contains the reason for this access. To extend it, use `peridio-gitops grant`.";
          if (typeof entry.afterwards === "string")
            return `The role afterwards stays. To extend the higher role, use \`peridio-gitops grant\` with \`--afterwards ${entry.afterwards}\`.`;
          if (!day.safeParse(entry.until).success)
            return "The end has a time, as for access of some hours. To extend it, use `peridio-gitops grant`.";
          const moved = move(until);
          if (typeof moved === "string") return moved;
          const { to } = moved;
          return {
            effect: `moves the last day to ${to}`,
            edit: (edited) => {
              edited.set(file, [...path, "until"], to);
            },
            prove: proveLaterEnd(organization, until, to),
          };
        };
        return [{ organization, name, until, adoption: createEdit() }];
      }),
    ),
  );
}
