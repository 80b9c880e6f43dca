import * as z from "zod";
import {
  type Blocker,
  type Feature,
  InvalidRequestError,
  type Member,
  type Organization,
  type OrganizationSettings,
  type Peridio,
} from "../api";
import {
  AlreadyExistsError,
  UserError,
  type Changes,
  type Declarations,
  declarations,
  type Observed,
} from "#framework";
import { formatUnsupported, listBriefly, explainPartialDestroy } from "#framework/messages";
import { type Context, defineResource } from "../resource";
import { explainMissingRight } from "../permissions";
import { isStillDeclared } from "../roster/declaration";
import { toListedPerson } from "../roster/state";
import { planRemovals, toRemoval } from "../roster/steps";
import { applyRosterPlan } from "../roster/apply";
import { email } from "../types/email";
import { locateOrganization } from "../types/organizationId";
import { pattern } from "../types/pattern";

const inputs = z.object({
  name: z
    .string()
    .min(1, "must not be empty")
    .max(128, "must have at most 128 characters")
    .regex(/\S|^$/, "must not consist of white space only")
    .meta({
      description:
        "The name, 1 to 128 characters. It is unique across all of Peridio, and cannot be changed. This project " +
        "assumes that case matters. With Avocado Connect, this is the slug.",
      immutable: true,
    }),
  displayName: z
    .string()
    .min(1, "must not be empty")
    .max(128, "must have at most 128 characters")
    .optional()
    .meta({
      description:
        "The label that people see, 1 to 128 characters. Default: the name. Avocado Connect cannot change the " +
        "label.",
      resetsTo: ({ name }) => name,
      changeRequires: "renameOrganization" satisfies Feature,
    }),
  description: z
    .string()
    .min(1, "must not be empty: to set no description, remove the property")
    .max(256, "must have at most 256 characters")
    .optional()
    .meta({
      description:
        "The purpose of the organization, 1 to 256 characters. Default: none. Not supported by Avocado Connect.",
      requires: "organizationDetails" satisfies Feature,
    }),
  contactEmail: email.optional().meta({
    description:
      "The address for Peridio's messages about the organization. Case does not matter. Default: none. Not " +
      "supported by Avocado Connect.",
    requires: "organizationDetails" satisfies Feature,
  }),
  forceDestroy: z
    .boolean()
    .optional()
    .meta({
      description:
        "If `true`, deleting the organization also removes its members. Otherwise, the provider deletes only an " +
        "organization without members other than the owner. The provider removes the members only if nothing else " +
        "blocks the deletion. Pending invitations do not block the deletion. Default: `false`. After you change this " +
        "property, run `pulumi up` without `--target` before you delete the resource.",
      providerOnly: true,
    }),
  deletionPolicy: z
    .enum(["delete", "retain"])
    .meta({ id: "DeletionPolicy", description: "The effect on the organization if Pulumi deletes the resource." })
    .optional()
    .meta({
      description:
        "`delete` deletes the organization in Peridio. `retain` keeps the organization and only removes the " +
        "resource from the state. If Pulumi also deletes other resources of the organization, the provider removes " +
        "people and resets settings even with `retain`. Default: `delete`. After you change this property, run " +
        "`pulumi up` without `--target` before you delete the resource.",
      providerOnly: true,
    }),
});

/** Inputs that the provider does not send to Peridio. */
const { forceDestroy, deletionPolicy } = inputs.shape;

/** An organization as Peridio returns it, without its id. */
export const described = inputs.omit({ forceDestroy: true, deletionPolicy: true }).extend({
  displayName: z.string().meta({ description: "The label that people see." }),
  owner: z
    .object({
      id: z.string().meta({ description: "The user's PRN." }),
      email: z.string().meta({ description: "The user's e-mail address." }),
    })
    .meta({ id: "Owner", description: "The user who owns the organization, one of its admins." })
    .optional()
    .meta({ description: "The user who owns the organization, one of its admins. Absent with Avocado Connect." }),
  tier: z.string().optional().meta({
    description: "The plan, such as `teams` or `enterprise`. Present only with Avocado Connect.",
  }),
  createdAt: z.string().optional().meta({
    description: "The time of creation: ISO 8601, UTC. Absent with Avocado Connect.",
  }),
});

const outputs = described.extend({ forceDestroy, deletionPolicy });

type Inputs = z.output<typeof inputs>;

const query = z.object({
  name: z.string().optional().meta({
    description:
      "Returns only organizations whose name matches this text, in which `*` stands for any characters, such as `acme-*`.",
  }),
});

export const organization = defineResource({
  token: "peridio:index:Organization",
  description:
    "A Peridio organization: the container of all resources, the security boundary and the billing entity. Its " +
    "id is its Peridio Resource Name (PRN). You cannot undo its deletion, so set the resource option " +
    "`protect`. Peridio refuses to delete an organization with devices, active deployments, unpaid charges, or " +
    "members other than the owner. If one of these blocks the deletion, the provider changes " +
    "nothing in the organization. To remove the members too, set `forceDestroy`. With Avocado Connect, the provider adopts an existing organization and " +
    "cannot create, rename or delete one.",
  example: `
resources:
  production:
    type: peridio:Organization
    properties:
      name: acme-production
      displayName: Acme production
      description: Devices in the field
      contactEmail: devices@acme.example
    options: { protect: true }
`,
  rights: { read: "viewer", create: "account", update: "developer", delete: "owner" },
  inputs,
  outputs,
  query,
  identity: ["name"],
  uses: [declarations],
  // The parts are all other resources of the organization. If one run may delete them and the organization, the framework asks here
  // before the first part leaves the state.
  parts: {
    deletionRequires: "deleteOrganization",
    deletionOptions: ({ forceDestroy, deletionPolicy }) => ({
      retain: deletionPolicy === "retain",
      force: forceDestroy === true,
    }),

    async guardDeletion({ api }, id, force) {
      // The framework checks `deletionRequires` only when it deletes the organization itself.
      if (api.explainUnsupported("deleteOrganization") !== undefined)
        throw explainUndeletable("the Organization", `, but ${api.name} cannot delete organizations.`);
      const name = `Organization ${(await api.organizations.get(id)).name}`;
      const missing = await explainMissingRight(api, "owner", id);
      if (missing !== undefined) throw explainUndeletable(name, `, but Peridio cannot delete it: ${missing}`);
      const { blockers } = await findBlockers(api, id, force);
      if (blockers.length > 0)
        throw explainUndeletable(
          name,
          `, but Peridio cannot delete it: ${describe(blockers)}.`,
          describeRemedies(blockers),
        );
    },
  },

  resolveImportId: ({ api }, id) => locateOrganization(api, id),

  async findExisting({ api }, { name }) {
    const existing = (await api.caller()).organizations.find((visible) => visible.name === name);
    const unsupported = api.explainUnsupported("createOrganization");
    // If the API cannot create organizations, an existing organization with this name can only be the desired one.
    if (unsupported !== undefined && existing !== undefined) return observe(await api.organizations.get(existing.id));
    if (unsupported !== undefined)
      throw new UserError(
        `this API key cannot see an organization with this name${await listVisible(api)}. ${formatUnsupported(unsupported)}`,
      );
    if (existing !== undefined) throw new AlreadyExistsError(existing.id, `with the id ${existing.id}`);
    return undefined;
  },

  async create({ api }, declared) {
    const { name } = declared;
    try {
      return observe(await api.organizations.create(name, toSettings(declared, name)));
    } catch (error) {
      if (!(error instanceof InvalidRequestError) || error.fields.name === undefined) throw error;
      const visible = await api.organizations.find(name);
      if (visible !== undefined) throw new AlreadyExistsError(visible.id, `with the id ${visible.id}`);
      throw new UserError(
        "another organization, which this API key cannot see, has this name. Names are unique across all of Peridio. " +
          `Choose another name, or import the existing organization with the API key of one of its members. ${error.message}`,
      );
    }
  },

  async read({ api }, id) {
    return observe(await api.organizations.get(id));
  },

  async update({ api }, _desired, observed, changes) {
    const sent = toSettings(changes, observed.name);
    return Object.keys(sent).length === 0 ? observed : observe(await api.organizations.update(observed.id, sent));
  },

  async delete(context, { id }, { inputs: declared, authorize }) {
    const { api } = context;
    await authorize();
    const force = declared.forceDestroy === true;
    // A person may have accepted since the check before the first part left the state.
    api.roster.forget(id);
    const { blockers, others } = await findBlockers(api, id, force);
    if (blockers.length > 0)
      throw new UserError(`Peridio cannot delete it: ${describe(blockers)}. ${describeRemedies(blockers).trim()}`);
    rejectDeclared(context, id, others);
    try {
      await removeOthers(context, id, others);
      await api.organizations.delete(id);
    } catch (error) {
      if (others.length > 0) context.warn(explainInterruption(others));
      throw error;
    }
  },

  async *list({ api }, { name: filter = "*" }) {
    const expression = pattern(filter);
    for await (const { id, name } of api.organizations.list()) if (expression.test(name)) yield { id, name };
  },
});

/** Returns the rest of a message about an organization that the API key cannot see: the organizations that it can see. */
async function listVisible(api: Peridio): Promise<string> {
  const names: string[] = [];
  for await (const { name, displayName } of api.organizations.list())
    names.push(name === displayName ? name : `${name} (${displayName})`);
  const bound = (await api.caller()).boundTo !== null ? "is bound to one organization and " : "";
  return `. The API key ${bound}can see ${names.length === 0 ? "no organization at all" : listBriefly(names)}`;
}

/** The code of the blocker for members other than the owner. */
const otherUsers = "other_users";

/**
 * Reads the reasons for which Peridio refuses a deletion. With `force`, members are no reason. Reads the members other than the owner
 * if nothing else is in the way: to name them, or to remove them.
 */
async function findBlockers(
  api: Peridio,
  id: string,
  force: boolean,
): Promise<{ readonly blockers: readonly Blocker[]; readonly others: readonly Member[] }> {
  const found = await api.organizations.blockers(id);
  const blockers = found.filter(({ code }) => !force || code !== otherUsers);
  if (found.length === 0 || found.some(({ code }) => code !== otherUsers)) return { blockers, others: [] };
  const others = await listOthers(api, id);
  const names = listBriefly(others.map(({ email }) => email));
  const withNames = blockers.map((one) => ({ ...one, message: `${one.message} These users remain: ${names}.` }));
  return { blockers: withNames, others };
}

function describe(blockers: readonly Blocker[]): string {
  return blockers.map(({ code, count, message }) => `${code}: ${count} (${message})`).join("; ");
}

/** Returns the remedies for blockers: whole sentences with a space at the end. */
function describeRemedies(blockers: readonly Blocker[]): string {
  const isPopulated = blockers.some(({ code }) => code === otherUsers);
  const force = isPopulated
    ? "To delete the organization with its members, set `forceDestroy: true` on the Organization, run `pulumi up`, unprotect protected resources, and run the command again. "
    : "";
  return isPopulated && blockers.length === 1 ? force : `Resolve these blockers and run the command again. ${force}`;
}

/** Explains why a part stays: this run may delete its organization, but an obstacle prevents it. The obstacle begins with `, but` and ends with a period. */
function explainUndeletable(organization: string, obstacle: string, resolution = ""): UserError {
  const remedies = [
    "To keep the organization with its people and settings, set `deletionPolicy: retain` on the Organization and the option `retainOnDelete` on this resource, run `pulumi up`, and run the command again.",
    "To remove only this resource from the program, keep the Organization in the program, and run `pulumi up` without `--target`.",
    explainPartialDestroy("PERIDIO", "organization"),
  ];
  const heading = resolution === "" ? "Choose a remedy:" : `${resolution.trim()}\nOther remedies:`;
  return new UserError(
    [
      `this run may delete ${organization}${obstacle} The provider changed nothing in the organization. ${heading}`,
      ...remedies,
    ].join("\n- "),
  );
}

/** The members other than the owner. */
async function listOthers(api: Peridio, id: string): Promise<readonly Member[]> {
  const people = await api.roster.list(id);
  return people.filter((person): person is Member => person.kind === "member" && !person.isOwner);
}

/** @throws UserError if the program still declares one of these members */
function rejectDeclared({ getOwnership }: Declarations, id: string, others: readonly Member[]): void {
  const kept = others.map(({ email }) => email).filter((email) => isStillDeclared(getOwnership, id, [email]));
  if (kept.length === 0) return;
  throw new UserError(
    `the program still declares people in the organization: ${listBriefly(kept)}. Remove these people from the program, and run the command again.`,
  );
}

async function removeOthers(context: Context, id: string, others: readonly Member[]): Promise<void> {
  if (others.length === 0) return;
  context.warn(
    `\`forceDestroy\` removes the members of the organization: ${others.map(({ email }) => email).join(", ")}.`,
  );
  await applyRosterPlan(context, id, planRemovals(others.map(toListedPerson).map(toRemoval)));
}

/** Names the people that a failed deletion may have removed. */
function explainInterruption(others: readonly Member[]): string {
  return (
    `The deletion failed, and the provider may already have removed these members: ${others.map(({ email }) => email).join(", ")}. ` +
    "To continue the deletion, run the command again. To invite the removed people again, declare them, and run `pulumi up`."
  );
}

function toSettings(changes: Changes<Inputs>, name: string): OrganizationSettings {
  const { displayName, description, contactEmail } = changes;
  return {
    ...(displayName !== undefined && { displayName: displayName ?? name }),
    ...(description !== undefined && { description }),
    ...(contactEmail !== undefined && { contactEmail }),
  };
}

/** Converts Peridio's response to the properties of the resource. */
export function observe({
  id,
  name,
  displayName,
  description,
  contactEmail,
  owner,
  tier,
  createdAt,
}: Organization): Observed<typeof described> {
  return {
    id,
    name,
    displayName,
    ...(typeof description === "string" && { description }),
    ...(typeof contactEmail === "string" && { contactEmail }),
    ...(owner !== undefined && { owner: { id: owner.id, email: owner.email } }),
    ...(tier !== undefined && { tier }),
    ...(createdAt !== undefined && { createdAt }),
  };
}
