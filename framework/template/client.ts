import * as z from "zod";
import type { ClientOptions } from "pulumi-provider-kit";
import { createHttp, type Http, type HttpConfig, path, postOnce } from "pulumi-provider-kit/http";

const project = z.object({ id: z.string(), name: z.string(), description: z.string() });

/** The properties that requests contain. */
interface Properties {
  readonly name: string;
  readonly description?: string | undefined;
}

/** Connects to the service. Sends nothing. */
export function connect(connection: Pick<HttpConfig, "endpoint" | "apiKey" | "log" | "redact">): Client {
  const settings = { endpoint: "`acme:endpoint`", apiKey: "`acme:apiKey` or ACME_API_KEY" };
  return new Client(createHttp({ service: "Acme", userAgent: "pulumi-acme/0.1.0", settings, ...connection }));
}

/** The requests of the provider. */
export class Client {
  readonly name = "Acme";

  constructor(private readonly http: Http) {}

  with(options: ClientOptions) {
    return new Client(this.http.with(options));
  }

  findProject(id: string) {
    return this.http.find(path`/projects/${id}`, project);
  }

  async findProjectByName(name: string) {
    return (await this.http.get("/projects", z.array(project))).find((one) => one.name === name);
  }

  createProject(properties: Properties) {
    const post = () => this.http.post("/projects", properties, project);
    // If the response is lost, the client looks for the project before it sends the POST again.
    return postOnce(this.http, post, (http) => new Client(http).findProjectByName(properties.name));
  }

  updateProject(id: string, properties: Properties) {
    return this.http.patch(path`/projects/${id}`, properties, project);
  }

  deleteProject(id: string) {
    return this.http.delete(path`/projects/${id}`);
  }
}
