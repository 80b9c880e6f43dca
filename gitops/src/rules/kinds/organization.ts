import * as z from "zod";
import { canonicalizeEmail } from "#provider";
import { isComplete } from "../../model/organization";
import { isHidden } from "../../hidden";
import { joinOr } from "../../wording";
import type { ScopedOrganization } from "../scope";
import { asPlainValue, reportHidden } from "../hiddenFindings";
import { type Finding, createFinding } from "../finding";
import { people, type Selector, describeSelector, selectsPerson, matches, organizationPatterns } from "../selector";
import { defineKind } from "./kind";

/** The allowed owners. */
export const owner = defineKind({
  subject: "organization",
  audit: { reads: ["people"] },
  brokenAloneBy: { OrganizationOwner: "email" },
  description:
    "The allowed owners: e-mail addresses, in which `*` stands for any characters, or `{ like: …, except: … }`.",
  schema: people,
  check: checkOwner,
});

function checkOwner(allowed: Selector, scoped: ScopedOrganization): readonly Finding[] {
  const { organization, name } = scoped;
  const { owner } = organization;
  const limit = describeSelector(allowed);
  if (owner === undefined && organization.isConnect) return checkOwners(allowed, scoped);
  if (owner === undefined) {
    const words = `The owner of ${name} is unknown, but the rule allows ${limit}. Declare the owner, as \`owner\` in the layout or with an OrganizationOwner.`;
    return [createFinding(scoped, words, { distinguishedBy: "undeclared", isUndeclared: true })];
  }
  if (isHidden(owner)) {
    const words = { subject: `The owner of ${name}`, checked: "the owner", declare: "the owner" };
    return reportHidden(scoped, owner, words);
  }
  if (selectsPerson(allowed, owner)) return [];
  const words = `${owner} owns ${name}, but the rule allows ${limit}. Declare an allowed person as the owner.`;
  return [createFinding(scoped, words, { people: [owner], objects: ["owner"], about: canonicalizeEmail(owner) })];
}

/** Checks the declared owners with Avocado Connect. An undeclared owner breaks the rule, because nobody knows who it is. */
function checkOwners(allowed: Selector, scoped: ScopedOrganization): readonly Finding[] {
  const { organization, name } = scoped;
  const limit = describeSelector(allowed);
  const others = [...organization.people.values()].filter(
    ({ isOwner, email }) => isOwner && !selectsPerson(allowed, email),
  );
  const findings = others.map(({ email }) => {
    const words = `${email} is an owner of ${name}, but the rule allows ${limit}. Declare the role admin instead of owner.`;
    return createFinding(scoped, words, { people: [email], objects: ["owner"], about: canonicalizeEmail(email) });
  });
  if (!organization.hasUnreportedOwners) return findings;
  const words = `${name} may have an undeclared owner, because previews with Avocado Connect do not show undeclared owners, but the rule allows ${limit}. Exclude ${name} from the rule's \`organizations\`, and find undeclared owners with \`peridio-gitops audit\`.`;
  return [...findings, createFinding(scoped, words, { distinguishedBy: "undeclared" })];
}

/** A complete declaration of all people. */
export const roster = defineKind({
  subject: "organization",
  audit: { impossibleBecause: "Peridio does not know declarations" },
  description:
    "A roster of a layout or an OrganizationMembers must declare all people: `required`. Previews with Avocado Connect do not show undeclared owners, so `exceptOwners` requires all people except owners.",
  schema: z.enum(["required", "exceptOwners"]),
  check: checkRoster,
});

function checkRoster(extent: "required" | "exceptOwners", scoped: ScopedOrganization): readonly Finding[] {
  const { organization, name } = scoped;
  if (!organization.hasRoster && organization.hasHiddenRoster) {
    const words = `The roster of ${name} is hidden, so the rule cannot check that it declares all people. Declare the roster ${asPlainValue}.`;
    return [createFinding(scoped, words, { distinguishedBy: "hidden", hasHidden: true })];
  }
  if (!organization.hasRoster) {
    const people = extent === "required" ? "all people" : "all people except owners";
    const words = `${name} may have people without a declaration, but the rule requires a roster of ${people}. Declare a roster without \`ignore\` and without the option \`ignoreChanges\`, in a layout or with an OrganizationMembers.`;
    // No preview names these people, so the review cannot compare them before and after the change.
    return [createFinding(scoped, words, { extent: 1, isUndeclared: true, hasHidden: true })];
  }
  if (extent === "exceptOwners" || isComplete(organization)) return [];
  const words = `${name} may have an undeclared owner, because previews with Avocado Connect do not show undeclared owners, but the rule requires a roster of all people. Use \`roster: exceptOwners\`, or exclude ${name} from the rule's \`organizations\`.`;
  return [createFinding(scoped, words)];
}

/** Protection from accidental deletion. A deletion breaks the rule too. */
export const protect = defineKind({
  subject: "organization",
  audit: { impossibleBecause: "Peridio does not know Pulumi's options" },
  brokenAloneBy: { Organization: "name" },
  description:
    "Pulumi's `protect` must prevent the deletion of organizations: `true`. Each stack that declares an organization must protect it. The deletion of an organization breaks the rule.",
  schema: z.literal(true, { error: "must be true or absent" }),
  checkTogether: (_, { organizations, deleted }) => [
    ...deleted.map((scoped) => {
      const words = `${scoped.name} is deleted, but the rule requires its protection. Keep or restore the organization, or exempt it from the rule.`;
      return createFinding(scoped, words, { about: "deleted" });
    }),
    ...organizations.flatMap(checkProtection),
  ],
});

function checkProtection(scoped: ScopedOrganization): readonly Finding[] {
  const { name, organization } = scoped;
  if (organization.isProtected === true) return [];
  if (organization.isProtected === undefined) {
    const words = `No reviewed stack declares ${name}, so the rule cannot check the protection from deletion. Add the preview of the stack that declares the organization.`;
    return [createFinding(scoped, words, { distinguishedBy: "undeclared", isUndeclared: true })];
  }
  const words = `${name} is not protected from deletion, but the rule requires this protection. Set \`protect: true\` for the Organization resource.`;
  return [createFinding(scoped, words)];
}

const regex = z
  .string()
  .min(1, "must not be empty")
  .refine((text) => parseExpression(text) !== undefined, "must be a regular expression, such as acme-[a-z]+")
  .meta({ description: "A JavaScript regular expression for the whole name." });

/** A convention for the names of organizations. */
interface Convention {
  readonly isFulfilledBy: (name: string) => boolean;
  /** The convention in words, after `the rule requires`. */
  readonly requirement: string;
}

/** A naming convention of organizations. */
export const name = defineKind({
  subject: "organization",
  audit: { reads: [] },
  brokenAloneBy: { Organization: "name" },
  description:
    'The names of organizations: a pattern such as `acme-*`, a list of patterns of which at least one must match, or `{ regex: "acme-[a-z]+" }`.',
  schema: z.union([organizationPatterns, z.strictObject({ regex })]).transform((declared): Convention => {
    if (Array.isArray(declared))
      return { isFulfilledBy: (name) => matches(declared, name), requirement: joinOr(declared) };
    const expression = parseExpression(declared.regex);
    return { isFulfilledBy: (name) => expression?.test(name) ?? false, requirement: `/${declared.regex}/` };
  }),
  check: checkName,
});

function parseExpression(text: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${text})$`, "u");
  } catch {
    return undefined;
  }
}

function checkName({ isFulfilledBy, requirement }: Convention, scoped: ScopedOrganization): readonly Finding[] {
  const { name, change } = scoped.organization;
  if (name === undefined) {
    const words = `The name of ${scoped.name} is unknown, but the rule requires ${requirement}. Add the preview of the stack that declares the organization.`;
    return [createFinding(scoped, words, { distinguishedBy: "undeclared", isUndeclared: true })];
  }
  if (isFulfilledBy(name)) return [];
  const remedy =
    change === "created"
      ? "Choose another name before the organization is created, because names never change."
      : `Names never change, so exclude ${name} from the rule's \`organizations\`.`;
  const words = `The name ${name} breaks the rule, which requires ${requirement}. ${remedy}`;
  return [createFinding(scoped, words, { distinguishedBy: name })];
}

/** A display name that differs from the name. */
export const displayName = defineKind({
  subject: "organization",
  audit: { reads: [] },
  description: "Organizations must have a display name that differs from their name: `required`.",
  schema: z.literal("required", { error: "must be `required` or absent" }),
  check(_, scoped) {
    const { name, organization } = scoped;
    const value = organization.general.displayName;
    if (isHidden(value)) {
      const words = {
        subject: `The display name of ${name}`,
        checked: "the display name",
        declare: "the display name",
      };
      return reportHidden(scoped, value, words);
    }
    if (value === undefined && organization.id !== undefined) {
      const words = `The display name of ${name} is unknown, but the rule requires one that differs from the name. Add the preview of the stack that declares the organization, or declare \`displayName\`.`;
      return [createFinding(scoped, words, { distinguishedBy: "undeclared", isUndeclared: true })];
    }
    // Without a display name, Peridio uses the name.
    if (value !== undefined && value !== organization.name) return [];
    const words = `${name} has no display name that differs from the name, but the rule requires one. Declare another \`displayName\`.`;
    return [createFinding(scoped, words)];
  },
});
