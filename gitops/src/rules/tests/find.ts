import { findClosest } from "#framework/documents";
import { asPrn, asUuid } from "#provider";
import { listDoubts } from "../../who/can";
import type { AccessGroup, AccessObject, OrganizationAccess } from "../../who/source";
import { joinAnd, quoteName } from "../../wording";
import { joinSentences } from "./words";

/** A name that nothing has, or that several objects have, in a sentence. */
export interface NotFound {
  readonly organization: string;
  readonly sentence: string;
}

/** Reports if a search has found nothing, or several objects. */
export function isNotFound(found: object): found is NotFound {
  return "sentence" in found;
}

/** Finds an organization by its name or PRN. `scope` says which organizations these are, such as `in the layouts`. */
export function findOrganization(
  text: string,
  organizations: readonly OrganizationAccess[],
  scope: string,
): OrganizationAccess | NotFound {
  const found = organizations.filter(
    ({ name, id }) => name === text || (id !== undefined && asPrn(text) === asPrn(id)),
  );
  return chooseOne(found, {
    organization: text,
    noun: "organization",
    text,
    scope: scope === "" ? "" : ` ${scope}`,
    known: organizations.map(({ name }) => name),
    describe: ({ id, name }) => id ?? name,
  });
}

/** Finds a project by its name or id, or a cohort of the project. */
export function findObject(
  { project, cohort }: { readonly project: string; readonly cohort?: string | undefined },
  source: OrganizationAccess,
): AccessObject | NotFound {
  const { name: organization, objects } = source;
  const choose = (kind: AccessObject["kind"], text: string, above?: AccessObject) => {
    const start = above === undefined ? "" : `${above.path}/`;
    const all = objects.filter(
      (object) => object.kind === kind && (above === undefined || object.parent === above.key),
    );
    return chooseOne(
      all.filter((object) => object.path === start + text || isId(text, object.key)),
      {
        organization,
        noun: kind,
        text,
        scope: ` in ${above === undefined ? "" : `project ${quoteName(above.path)} of `}${organization}`,
        known: all.map(({ path }) => path.slice(start.length)),
        doubts: listDoubts(source, ["access"], () => false),
        describe: ({ key }) => key,
      },
    );
  };
  const found = choose("project", project);
  return isNotFound(found) || cohort === undefined ? found : choose("cohort", cohort, found);
}

/** Finds a group by its name or id. */
export function findGroup(text: string, source: OrganizationAccess): AccessGroup | NotFound {
  const { name: organization, groups } = source;
  return chooseOne(
    groups.filter(({ name, key }) => name === text || isId(text, key)),
    {
      organization,
      noun: "group",
      text,
      scope: ` in ${organization}`,
      known: groups.flatMap(({ name }) => name ?? []),
      doubts: listDoubts(source, ["access"], () => false),
      describe: ({ key }) => key,
    },
  );
}

/** Reports if a text is the id of an object, or the UUID at its end. Layouts have no ids. */
function isId(text: string, key: string): boolean {
  return key.includes("/") && /[0-9a-f]{12}$/i.test(text) && asUuid(text) === asUuid(key);
}

function chooseOne<T extends object>(
  found: readonly T[],
  search: {
    readonly organization: string;
    readonly noun: string;
    readonly text: string;
    /** The place of the objects, as the end of a sentence, such as ` in acme`. */
    readonly scope: string;
    readonly known: readonly string[];
    readonly doubts?: readonly string[];
    readonly describe: (one: T) => string;
  },
): T | NotFound {
  const { organization, noun, text, scope, known, doubts = [], describe } = search;
  const [first, ...others] = found;
  const fail = (sentence: string): NotFound => ({ organization, sentence });
  if (first === undefined && doubts.length > 0)
    return fail(`Cannot know if there is a ${noun} ${quoteName(text)}${scope}: ${joinSentences(doubts)}`);
  if (first === undefined) {
    const closest = findClosest(text, new Set(known));
    const hint = closest === undefined ? "." : `: did you mean ${quoteName(closest)}?`;
    return fail(`There is no ${noun} ${quoteName(text)}${scope}. Correct the name in the test${hint}`);
  }
  if (others.length === 0) return first;
  const ids = [...new Set(found.map(describe))];
  const remedy = ids.length > 1 ? `Write its id in the test: ${joinAnd(ids)}` : "Give each of them another name";
  return fail(`${found.length} ${noun}s${scope} have the name ${quoteName(text)}. ${remedy}.`);
}
