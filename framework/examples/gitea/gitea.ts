import * as z from "zod";
import type { ClientOptions } from "pulumi-provider-kit";
import { createHttp, type Http, path } from "pulumi-provider-kit/http";

export const visibility = z.enum(["public", "limited", "private"]);

const organization = z
  .object({ name: z.string(), full_name: z.string(), description: z.string(), visibility })
  .transform(({ full_name: fullName, ...others }) => ({ ...others, fullName }));

const team = z
  .object({ id: z.int(), name: z.string(), description: z.string(), units_map: z.record(z.string(), z.string()) })
  .transform(({ id, units_map: units, ...others }) => ({ ...others, units, id: String(id) }));

const member = z.object({ login: z.string() });

const secret = z.object({ name: z.string(), description: z.string() });

const token = z
  .object({ id: z.int(), name: z.string(), scopes: z.array(z.string()) })
  .transform(({ id, ...others }) => ({ ...others, id: String(id) }));

const newToken = z.object({ id: z.int().transform(String), sha1: z.string().min(1) });

type Connection = Pick<Parameters<typeof createHttp>[0], "endpoint" | "log" | "redact">;

/** Connects to a Gitea as a user with a password: Gitea makes tokens only for requests with a password. */
export function connect(user: string, password: string, { endpoint, ...output }: Connection): Gitea {
  const http = createHttp({
    service: "Gitea",
    userAgent: "pulumi-gitea/1.0.0",
    settings: { endpoint: "`gitea:url`", apiKey: "`gitea:user` and `gitea:password`" },
    endpoint: `${endpoint.replace(/\/$/, "")}/api/v1`,
    apiKey: Buffer.from(`${user}:${password}`).toString("base64"),
    authorize: (key) => ({ authorization: `Basic ${key}` }),
    ...output,
  });
  return new Gitea(user, http);
}

/** The API of Gitea, as far as the provider uses it. Fields are those of `docs.gitea.com/api`. */
export class Gitea {
  readonly name = "Gitea";

  constructor(
    readonly user: string,
    readonly http: Http,
  ) {}

  with(options: ClientOptions): Gitea {
    return this.through(this.http.with(options));
  }

  /** Returns the same API for requests of another client, such as one that reads after a cancellation. */
  through(http: Http): Gitea {
    return new Gitea(this.user, http);
  }

  organizations = {
    list: () => this.#list("/orgs", organization, ({ name }) => name),
    find: (name: string) => this.http.find(path`/orgs/${name}`, organization),
    create: (fields: object) => this.http.post("/orgs", fields, organization),
    edit: (name: string, fields: object) => this.http.patch(path`/orgs/${name}`, fields, organization),
    delete: (name: string) => this.http.delete(path`/orgs/${name}`),
  };

  teams = {
    list: (of: string) => this.#list(path`/orgs/${of}/teams`, team, ({ id }) => id),
    find: (id: string) => this.http.find(path`/teams/${id}`, team),
    create: (of: string, fields: object) => this.http.post(path`/orgs/${of}/teams`, fields, team),
    edit: (id: string, fields: object) => this.http.patch(path`/teams/${id}`, fields, team),
    delete: (id: string) => this.http.delete(path`/teams/${id}`),
    members: (id: string) => this.#list(path`/teams/${id}/members`, member, ({ login }) => login),
    add: (id: string, login: string) => this.http.put(path`/teams/${id}/members/${login}`, undefined, z.undefined()),
    remove: (id: string, login: string) => this.http.delete(path`/teams/${id}/members/${login}`),
  };

  secrets = {
    list: (of: string) => this.#list(path`/orgs/${of}/actions/secrets`, secret, ({ name }) => name),
    save: (of: string, name: string, fields: object) =>
      this.http.put(path`/orgs/${of}/actions/secrets/${name}`, fields, z.undefined()),
    delete: (of: string, name: string) => this.http.delete(path`/orgs/${of}/actions/secrets/${name}`),
  };

  tokens = {
    list: () => this.#list(path`/users/${this.user}/tokens`, token, ({ id }) => id),
    create: (fields: object) => this.http.post(path`/users/${this.user}/tokens`, fields, newToken),
    delete: (id: string) => this.http.delete(path`/users/${this.user}/tokens/${id}`),
  };

  /** Reads a list, whose pages the header `Link` names. */
  #list<T>(list: string, schema: z.ZodType<T>, getId: (item: T) => string): AsyncIterable<T> {
    const read = (page = `${list}?limit=50`) => this.http.getLinkedPage(page, z.array(schema));
    return this.http.list(list, read, { getId });
  }
}
