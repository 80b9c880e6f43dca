import * as z from "zod";
import { roles, type Role } from "../../../../provider/src/api";
import { role as oneRole } from "../../../../provider/src/resources/types/role";
import { key } from "../../../../provider/src/resources/people/roster";
import { isHidden } from "../../access/hidden";
import type { Finding } from "../finding";
import { hiddenPeople } from "../hiddenPeople";
import { inEach } from "../requirement";
import { type Concerned, findingIn } from "../scope";
import { either } from "../../wording/joined";
import { roleName } from "../../wording/role";
import { placeWords } from "../wording";

interface Allowed {
  readonly roles: readonly Role[];
  readonly words: string;
}

const list = z.array(oneRole).min(1, "must name a role; `none` allows none");

/** Which roles people may have. */
export const role = z
  .union([
    z.enum([...roles, "none"]),
    list,
    z.strictObject({ atMost: oneRole.meta({ description: "The highest role that is allowed." }) }),
  ])
  .transform((said): Allowed => {
    if (said === "none") return { roles: [], words: "none" };
    if (typeof said === "string") return { roles: [said], words: `only ${roleName(said)}` };
    if ("atMost" in said) {
      return { roles: roles.slice(roles.indexOf(said.atMost)), words: `at most ${roleName(said.atMost)}` };
    }
    return { roles: said, words: `only ${either(said.map(roleName))}` };
  })
  .transform((allowed) => inEach((concerned) => [...misplaced(allowed, concerned), ...untold(allowed, concerned)]))
  .optional()
  .meta({
    description:
      "Which role the people may have: `{ atMost: viewer }`, one such as `viewer`, several such as `[developer, viewer]`, or `none` for people who may not be there at all.",
  });

function misplaced({ roles: allowed, words: limit }: Allowed, concerned: Concerned): readonly Finding[] {
  const { name, people } = concerned;
  return people.flatMap((person) => {
    const { role: held, email } = person;
    const kept = isHidden(held) ? allowed.length === roles.length : allowed.includes(held);
    if (kept) return [];
    const remedy =
      allowed.length === 0
        ? "take the person out"
        : isHidden(held)
          ? "declare a role that can be read"
          : "give a role that is allowed, or take the person out";
    const words = `${placeWords(person, name)}, and the rule allows ${limit}: ${remedy}.`;
    // Ranks are compared, so that a higher role than before is new.
    const extent = isHidden(held) ? 0 : roles.length - roles.indexOf(held);
    const about = isHidden(held) ? `hidden ${key(email)}` : key(email);
    return [findingIn(concerned, words, { people: [email], about, extent })];
  });
}

function untold({ roles: allowed }: Allowed, concerned: Concerned): readonly Finding[] {
  return allowed.length === roles.length ? [] : hiddenPeople(concerned);
}
