import { readExpiry } from "../../model/expiry";
import type { Declaration } from "../../model/declaration";
import { getId, getPath, getUuid, isObserved } from "../../model/properties";
import { readText } from "../../objects/reading";
import { type Hidden, isHidden } from "../../preview/resource";
import { formatNumber, quoteName } from "../../wording";
import { createTextSetting, type Setting } from "../settings/setting";
import { createProperty, type ObjectKind } from "./objectKind";
import { createListSetting, nameProperty, readResettable, readTexts } from "./properties";

/** API tokens and claim tokens. No report shows the secret value of a token. */

const expiry: Setting<string | null> = {
  label: "Expiry",
  isSame: (before, after) => before === after,
  format: (moment) => moment ?? "never",
  findRisks: (before, after) => (before !== null && (after === null || after > before) ? ["extendsToken"] : []),
};

export const apiToken: ObjectKind = {
  section: "tokens",
  created: {
    words: "created. The token acts for the user of the API key that applies the change",
    risks: ["issuesToken"],
  },
  deleted: { words: "revoked", risks: ["revokesToken"] },
  replaced(resource) {
    const isRenamed = resource.before?.inputs.name !== resource.after?.inputs.name;
    return { words: `${isRenamed ? "replaced" : "rotated"}. ${describeFormer(resource)}`, risks: ["issuesToken"] };
  },
  properties: [
    nameProperty,
    createProperty("owner", createTextSetting("Owner"), {
      read: (resource, side) =>
        readText(resource.values[side].owner) ?? (isObserved(resource, side) ? null : undefined),
    }),
    // No program declares the expiry, so it is unknown before each creation.
    createProperty("expiresAt", expiry, { read: readExpiry, hiddenRisks: [] }),
  ],
};

function describeFormer({ isReleased }: Declaration): string {
  return isReleased ? "Peridio keeps the former token" : "A new token replaces the former one, which becomes invalid";
}

const maxUses: Setting<number | null> = {
  label: "Uses",
  isSame: (before, after) => before === after,
  format: (limit) => (limit === null ? "unlimited" : `at most ${formatNumber(limit)}`),
  findRisks: (before, after) => (before !== null && (after === null || after > before) ? ["extendsToken"] : []),
};

const tags = createListSetting({ label: "Tags", empty: "none" });

/** The cohort of the devices that join. */
interface Cohort {
  /** The UUID or, before the cohort exists, the URN. */
  readonly key: string;
  /** The names of its project and the cohort, such as `firmware/canary`. */
  readonly name: string;
}

const cohort: Setting<Cohort | null> = {
  label: "Cohort",
  isSame: (before, after) => before?.key === after?.key,
  format: (value) => (value === null ? "none" : quoteName(value.name)),
  findRisks: () => [],
};

/** `resources` contains the cohorts that tokens refer to, and their projects. */
export function createClaimTokenKind(resources: readonly Declaration[]): ObjectKind {
  return {
    section: "tokens",
    created: { words: "created", risks: ["issuesToken"] },
    deleted: { words: "deleted", risks: ["revokesToken"] },
    replaced: (resource) => ({ words: `replaced. ${describeFormer(resource)}`, risks: ["issuesToken"] }),
    properties: [
      nameProperty,
      createProperty("expiresAt", expiry, { read: readExpiry }),
      createProperty("maxUses", maxUses, {
        read: ({ values }, side) => readNumber(values[side].maxUses) ?? null,
      }),
      createProperty("cohortId", cohort, {
        defaultValue: null,
        read(resource, side) {
          const id = readText(resource.values[side].cohortId);
          return id === undefined
            ? null
            : findCohort(resources, id, resource[side]?.dependencies.get("cohortId") ?? []);
        },
      }),
      createProperty("tags", tags, { defaultValue: [], read: readResettable("tags", [], readTexts) }),
    ],
  };
}

/** Finds a cohort. The preview does not know the id of a cohort that the same change creates. */
function findCohort(
  resources: readonly Declaration[],
  id: string | Hidden,
  sources: readonly string[],
): Cohort | Hidden {
  const cohorts = resources.filter(({ kind }) => kind === "Cohort");
  if (isHidden(id)) {
    const [created, another] = cohorts.filter(
      (resource) => getId(resource) === undefined && sources.includes(resource.urn),
    );
    // The preview does not tell apart several cohorts that the same change creates.
    return created === undefined || another !== undefined
      ? id
      : { key: created.urn, name: getPath(created, resources) };
  }
  const uuid = getUuid(id);
  const declared = cohorts.find((resource) => getUuid(getId(resource) ?? "") === uuid);
  return { key: uuid, name: declared === undefined ? uuid : getPath(declared, resources) };
}

function readNumber(value: unknown): number | Hidden | undefined {
  return typeof value === "number" || isHidden(value) ? value : undefined;
}
