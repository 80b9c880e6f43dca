import * as z from "zod";
import { accepted, type Child, type Component, type Composition, UserError, type Path } from "#framework";
import { type LayoutOrganization, read, type Reading } from "../layouts/layout";
import { readLayoutFiles } from "../layouts/readSources";
import { billingSettings } from "../resources/billingSettings";
import { organization } from "../resources/organization";
import { organizationMembers } from "../resources/organizationMembers";
import { organizationOwner } from "../resources/organizationOwner";
import { securityPolicy } from "../resources/securityPolicy";
import { inline } from "./layoutInputs";
import { withoutNulls } from "./layoutNulls";
import { confidentialTexts } from "./layoutSecrets";

/** What is said of the layout, beside what it says. */
const own = z.object({
  path: z.string().min(1, "must not be empty").optional().meta({
    description:
      "A layout file, or a folder of them, as seen from the program's folder. Either this, or `organizations` and the rest here.",
  }),
  only: z
    .array(z.string())
    .min(1, "must name an organization: leave it out for all")
    .optional()
    .meta({
      description:
        "The names of the organizations that this stack is about; all if not set. The others are checked, but not declared: " +
        "those that the stack has already are protected, and a preview that leaves them out fails.",
    }),
});

const outputs = z.object({
  organizationIds: z.record(z.string(), z.string()).meta({ description: "The PRNs of the organizations, by name." }),
});

export const layout: Component = {
  token: "peridio:index:Layout",
  description:
    "Whole organizations, with everybody in them and their settings, from layout files or from what the program says in the same words. " +
    "Each organization becomes an Organization, an OrganizationMembers and, where the layout says something of them, a SecurityPolicy, a BillingSettings " +
    "and an OrganizationOwner. All of them are named after the organization, so that neither the order nor the spelling of a layout matters. " +
    "Organizations, their rosters and their settings are protected unless the program says `protect: false` of the layout. " +
    "What the program declared before at its root, or has imported there, is taken over if it has the organization's name in the program: " +
    "`pulumi state rename` gives it that name. Memberships need no step: whoever the layout declares stays. " +
    "Mistakes in a layout are told all at once, each with file, line and column, and nothing is changed.",
  example: `
resources:
  acme:
    type: peridio:Layout
    properties:
      organizations:
        acme-production:
          displayName: Acme production
          security: { requireTwoFactor: true, sessionTimeout: 8h }
      people:
        ada@acme.example: { acme-production: admin }
        bob@acme.example: { acme-production: developer }
`,
  inputs: own.extend(inline.shape),
  outputs,
  confidential: confidentialTexts,
  compose({ folder, today, version }, values) {
    const { path, only, ...said } = withoutNulls(values);
    const asked = own.parse(accepted(own, { path, only }, "a Layout"));
    if (asked.path !== undefined && Object.keys(said).length > 0)
      throw new UserError(
        `path: the layout is in files, so ${Object.keys(said).join(", ")} must stand there too, not beside it`,
      );
    const sources = asked.path === undefined ? [{ value: said }] : readLayoutFiles(asked.path, folder);
    return composeLayout(read(sources, { today, version, only: asked.only }));
  },
};

/** What a layout turns into that has been read. */
export function composeLayout({ layout, saidAt }: Reading): Composition {
  const parts = layout.organizations.map((one) => [one.name, childrenOf(one)] as const);
  return {
    children: parts.flatMap(([, { all }]) => all),
    saidAt: ({ type, name }, path) => saidAt(name, [...(sections.get(type) ?? []), ...path]),
    outputs: { organizationIds: Object.fromEntries(parts.map(([name, { itself }]) => [name, itself])) },
  };
}

/** What a layout calls the resources that it has a word for. */
const sections: ReadonlyMap<string, Path> = new Map([
  [securityPolicy.token, ["security"]],
  [billingSettings.token, ["billing"]],
  [organizationOwner.token, ["owner"]],
]);

/** The resources of one organization. All have its name, so that none depends on what else is in the layout. */
function childrenOf(laidOut: LayoutOrganization): { readonly itself: Child; readonly all: readonly Child[] } {
  const { name, owner, members, roster, security, billing } = laidOut;
  const { displayName, description, contactEmail, forceDestroy, deletionPolicy } = laidOut;
  const settled = ["path", "organizations", "defaults"];
  const itself: Child = {
    type: organization.token,
    name,
    inputs: { name, displayName, description, contactEmail, forceDestroy, deletionPolicy },
    from: settled,
    ids: {},
    protect: true,
  };
  const part = { name, from: settled, ids: { organizationId: itself } };
  // No part has `deletedWith`: a destroy that is refused would drop it from the state.
  const people: Child = {
    ...part,
    type: organizationMembers.token,
    inputs: { members, ...roster },
    from: [...settled, "people", "groups"],
    protect: true,
  };
  // Protected, since deleting them puts them back: a file that is lost would switch off two factors everywhere.
  const settings: Child[] = [
    { type: securityPolicy.token, declared: security },
    { type: billingSettings.token, declared: billing },
  ].flatMap(({ type, declared }) =>
    declared === undefined ? [] : [{ ...part, type, inputs: { ...declared }, protect: true }],
  );
  // Last, since a transfer takes from this key what the others may need.
  const ownership: Child = {
    ...part,
    type: organizationOwner.token,
    inputs: { email: owner },
    after: [people, ...settings],
  };
  return { itself, all: [itself, people, ...settings, ...(owner === undefined ? [] : [ownership])] };
}
