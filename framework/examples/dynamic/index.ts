import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";

interface Properties {
  readonly name: string;
  readonly description: string;
}

const provider: pulumi.dynamic.ResourceProvider<Properties, Properties> = {
  create: async (inputs) => ({ id: await send("POST", "/projects", inputs), outs: inputs }),
  diff: (_, olds, news) =>
    Promise.resolve({
      changes: olds.name !== news.name || olds.description !== news.description,
      replaces: olds.name === news.name ? [] : ["name"],
    }),
  update: async (id, _, news) => {
    await send("PATCH", `/projects/${id}`, news);
    return { outs: news };
  },
  delete: async (id) => {
    await send("DELETE", `/projects/${id}`);
  },
};

export class Project extends pulumi.dynamic.Resource {
  constructor(name: string, args: pulumi.Unwrap<Properties>, options?: pulumi.CustomResourceOptions) {
    super(provider, name, args, options);
  }
}

async function send(method: string, path: string, body?: Properties): Promise<string> {
  const headers = { authorization: `Bearer ${process.env.ACME_API_KEY ?? ""}` };
  const response = await fetch(`https://api.acme.example${path}`, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`Acme answered ${response.status}.`);
  return response.status === 204 ? "" : z.object({ id: z.string() }).parse(await response.json()).id;
}
