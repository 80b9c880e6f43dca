import * as z from "zod";
import type { ClientOptions } from "pulumi-provider-kit";
import { createHttp, type Http, type HttpConfig, path, query } from "pulumi-provider-kit/http";

const token = z.object({ id: z.string(), name: z.string() });
const created = token.extend({ secret: z.string() });
const page = z
  .object({ data: z.array(token), next: z.string().nullable() })
  .transform(({ data, next }) => ({ items: data, next }));

/** Connects to the service, with the settings and the output of the provider. */
export function connect(connection: Pick<HttpConfig, "endpoint" | "apiKey" | "log" | "redact">): Acme {
  const settings = { endpoint: "`acme:endpoint`", apiKey: "`acme:apiKey` or ACME_API_KEY" };
  return new Acme(
    createHttp({ service: "Acme", userAgent: "pulumi-acme/1.0.0", settings, maxRetries: 3, ...connection }),
  );
}

/** The client of the service. */
export class Acme {
  readonly name = "Acme";

  constructor(private readonly http: Http) {}

  with(options: ClientOptions) {
    return new Acme(this.http.with(options));
  }

  tokens() {
    const read = (cursor?: string) => this.http.get(`/tokens${query({ limit: 100, cursor })}`, page);
    return this.http.list("/tokens", read, { getId: ({ id }) => id });
  }

  find(id: string) {
    return this.http.find(path`/tokens/${id}`, token);
  }

  create(name: string) {
    return this.http.post("/tokens", { name }, created);
  }

  delete(id: string) {
    return this.http.delete(path`/tokens/${id}`);
  }
}
