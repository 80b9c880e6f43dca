import * as z from "zod";
import {
  AlreadyExistsError,
  defineProvider,
  defineResourceFor,
  PartialFailureError,
  UserError,
} from "pulumi-provider-kit";
import { postOnce, toArray } from "pulumi-provider-kit/http";
import { connect, type Gitea, visibility } from "./gitea";

const lower = (text: unknown) => String(text).toLowerCase();

const defineResource = defineResourceFor<Gitea>();

/** Finds an item of a list. */
async function find<T>(items: AsyncIterable<T>, test: (item: T) => boolean): Promise<T | undefined> {
  for await (const item of items) if (test(item)) return item;
  return undefined;
}

const description = z
  .string()
  .optional()
  .meta({ description: "A description.", resetsTo: () => "" });
const organizationOf = z.string().meta({ description: "The name of the organization.", replaceOnChange: true });

const organizationInputs = z.object({
  name: z.string().meta({ description: "The name in addresses.", immutable: true }),
  fullName: z
    .string()
    .optional()
    .meta({ description: "The name for people.", resetsTo: () => "" }),
  description,
  visibility: visibility.optional().meta({ description: "The people who see it.", resetsTo: () => "public" }),
});

const organization = defineResource({
  token: "gitea:index:Organization",
  description: "An organization. A deletion fails if it has repositories.",
  inputs: organizationInputs,
  outputs: organizationInputs,
  identity: ["name"],
  findExisting: async ({ api }, { name }) => {
    if (await api.organizations.find(name)) throw new AlreadyExistsError(name, "in Gitea");
    return undefined;
  },
  create: async ({ api }, { name, fullName, ...others }) =>
    withId(
      await postOnce(
        api.http,
        () => api.organizations.create({ username: name, full_name: fullName, ...others }),
        (http) => api.through(http).organizations.find(name),
      ),
    ),
  read: async ({ api }, id) => {
    const found = await api.organizations.find(id);
    return found && withId(found);
  },
  update: async ({ api }, { name, fullName = "", description = "", visibility = "public" }) =>
    withId(await api.organizations.edit(name, { full_name: fullName, description, visibility })),
  delete: ({ api }, { name }) => api.organizations.delete(name),
  list: async function* ({ api }) {
    for await (const { name } of api.organizations.list()) yield { id: name, name };
  },
});

const withId = <T extends { readonly name: string }>(found: T) => ({ id: found.name, ...found });

const teamInputs = z.object({
  organization: organizationOf,
  name: z.string().meta({ description: "The name." }),
  description,
  units: z.record(z.string(), z.enum(["none", "read", "write", "admin"])).meta({
    description: "The access to each unit, such as `repo.code`.",
    entryKey: String,
  }),
  members: z
    .array(z.string().meta({ comparable: lower }))
    .meta({ description: "The login names of all members, in any case.", itemKey: lower }),
});

type Team = NonNullable<Awaited<ReturnType<Gitea["teams"]["find"]>>>;

const team = defineResource({
  token: "gitea:index:Team",
  description: "A team of an organization, with all its members.",
  inputs: teamInputs,
  outputs: teamInputs.extend({
    units: z.record(z.string(), z.string()).meta({ description: "The access to each unit." }),
  }),
  identity: ["organization", "name"],
  resolveImportId: async ({ api }, id) => {
    const [organization = "", name = ""] = id.split("/");
    const found = await find(api.teams.list(organization), (one) => one.name === name);
    if (found === undefined) throw new UserError(`The team ${id} does not exist. Use ORGANIZATION/NAME.`);
    return `${organization}/${found.id}`;
  },
  findExisting: async ({ api }, { organization, name }) => {
    const found = await find(api.teams.list(organization), (one) => one.name === name);
    if (found !== undefined) throw new AlreadyExistsError(`${organization}/${name}`, `in ${organization}`);
    return undefined;
  },
  create: async ({ api }, { organization, members, ...fields }) => {
    const made = await postOnce(
      api.http,
      () => api.teams.create(organization, toTeamBody(fields)),
      (http) => find(api.through(http).teams.list(organization), (one) => one.name === fields.name),
    );
    try {
      for (const login of members) await api.teams.add(made.id, login);
    } catch (error) {
      throw new PartialFailureError(await observeTeam(api, organization, made), error);
    }
    return observeTeam(api, organization, made);
  },
  read: async ({ api }, id) => {
    const [organization = "", number = ""] = id.split("/");
    const found = await api.teams.find(number);
    return found && observeTeam(api, organization, found);
  },
  update: async ({ api }, desired, { id, members }, changes) => {
    const [organization = "", number = ""] = id.split("/");
    const { members: wanted, ...others } = changes;
    const { organization: _, members: __, ...fields } = desired;
    const edited = Object.keys(others).length > 0 ? await api.teams.edit(number, toTeamBody(fields)) : undefined;
    const has = (logins: readonly string[], login: string) => logins.some((one) => lower(one) === lower(login));
    for (const login of wanted ?? []) if (!has(members, login)) await api.teams.add(number, login);
    for (const login of members) if (wanted && !has(wanted, login)) await api.teams.remove(number, login);
    const found = edited ?? (await api.teams.find(number));
    if (found === undefined) throw new UserError(`The team ${id} is gone.`);
    return observeTeam(api, organization, found);
  },
  delete: ({ api }, { id }) => api.teams.delete(id.split("/")[1] ?? ""),
});

async function observeTeam(api: Gitea, organization: string, { id, ...found }: Team) {
  const members = (await toArray(api.teams.members(id))).map(({ login }) => login);
  return { ...found, organization, members, id: `${organization}/${id}` };
}

function toTeamBody({
  units,
  description = "",
  name,
}: Pick<z.output<typeof teamInputs>, "units" | "description" | "name">) {
  return { name, description, units_map: units };
}

const secretInputs = z.object({
  organization: organizationOf,
  name: z.string().meta({
    description: "The name, in any case.",
    canonical: (name: unknown) => String(name).toUpperCase(),
    replaceOnChange: true,
  }),
  value: z.string().min(1).meta({ description: "The value, which Gitea never returns.", secret: true }),
  description,
});

const secret = defineResource({
  token: "gitea:index:ActionsSecret",
  description: "A secret of the workflows of an organization.",
  inputs: secretInputs,
  outputs: secretInputs.extend({ value: secretInputs.shape.value.optional() }),
  identity: ["organization", "name"],
  findExisting: async ({ api }, { organization, name }) => {
    if (await find(api.secrets.list(organization), (one) => one.name === name))
      throw new AlreadyExistsError(`${organization}/${name}`, `in ${organization}`);
    return undefined;
  },
  create: ({ api }, desired) => saveSecret(api, desired),
  read: async ({ api }, id, { state }) => {
    const [organization = "", name = ""] = id.split("/");
    const found = await find(api.secrets.list(organization), (one) => one.name === name);
    return found && { id, organization, ...found, ...(typeof state.value === "string" && { value: state.value }) };
  },
  update: ({ api }, desired) => saveSecret(api, desired),
  delete: ({ api }, { organization, name }) => api.secrets.delete(organization, name),
});

async function saveSecret(api: Gitea, { organization, name, value, description = "" }: z.output<typeof secretInputs>) {
  await api.secrets.save(organization, name, { data: value, description });
  return { id: `${organization}/${name}`, organization, name, value, description };
}

const tokenInputs = z.object({
  name: z.string().meta({ description: "The start of the name.", replaceOnChange: true }),
  rotation: z
    .string()
    .regex(/^[\w.]+$/, "must consist of letters, digits, dots and underscores")
    .meta({
      description: "The end of the name, such as `2027.01`. A change replaces the token.",
      replaceOnChange: true,
    }),
  scopes: z
    .array(z.string())
    .meta({ description: "The rights, such as `read:organization`.", itemKey: String, replaceOnChange: true }),
});

const token = defineResource({
  token: "gitea:index:AccessToken",
  description: "A token of the user of the provider. The new token exists before the program loses the old one.",
  inputs: tokenInputs,
  outputs: tokenInputs.extend({
    token: z.string().optional().meta({ description: "The token, which Gitea returns once.", secret: true }),
  }),
  identity: ["name", "rotation"],
  findExisting: async ({ api }, { name, rotation }) => {
    const found = await find(api.tokens.list(), (one) => one.name === `${name}-${rotation}`);
    if (found === undefined) return undefined;
    throw new UserError(
      `Gitea has the token ${found.name} (id ${found.id}), and shows a token only once. If no program uses it, delete it in Gitea, or change \`rotation\`.`,
    );
  },
  create: async ({ api }, { name, rotation, scopes }) => {
    const { id, sha1 } = await api.tokens.create({ name: `${name}-${rotation}`, scopes });
    return { id, name, rotation, scopes, token: sha1 };
  },
  read: async ({ api }, id, { state }) => {
    const found = await find(api.tokens.list(), (one) => one.id === id);
    if (found === undefined) return undefined;
    const [, name = "", rotation = ""] = /^(.*)-(.*)$/.exec(found.name) ?? [];
    const kept = typeof state.token === "string" && { token: state.token };
    return { id, name, rotation, scopes: found.scopes, ...kept };
  },
  delete: ({ api }, { id }) => api.tokens.delete(id),
});

export const provider = defineProvider({
  package: {
    name: "gitea",
    displayName: "Gitea",
    version: "1.0.0",
    description: "Organizations, teams and secrets of Gitea as code.",
  },
  configuration: z.object({
    url: z.url().optional().meta({ description: "The address of Gitea. Default: GITEA_URL." }),
    user: z.string().optional().meta({ description: "The login name. Default: GITEA_USER." }),
    password: z.string().optional().meta({ description: "The password. Default: GITEA_PASSWORD.", secret: true }),
  }),
  resources: [organization, team, secret, token],
  connect: (settings, environment, { log, redact, keep }) => {
    const endpoint = settings.url ?? environment.GITEA_URL;
    const user = settings.user ?? environment.GITEA_USER;
    const password = settings.password ?? environment.GITEA_PASSWORD;
    if (endpoint === undefined || user === undefined || password === undefined)
      throw new UserError(
        "Gitea requires an address, a user and a password. Set GITEA_URL, GITEA_USER and GITEA_PASSWORD.",
      );
    keep(password);
    return { client: connect(user, password, { endpoint, log, redact }), scope: endpoint };
  },
});
