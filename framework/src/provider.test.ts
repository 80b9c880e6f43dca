import * as z from "zod";
import { defineProvider } from "./provider";
import { silentClient } from "../test/support/offline";

const small = { name: "acme-cloud", version: "1.2.3", description: "Manages Acme." };
const connect = () => ({ client: silentClient() });

test("a provider needs a package and a connection", async () => {
  const provider = defineProvider({ package: small, connect });
  expect(provider).toMatchObject({ resources: [], functions: [], connect });
  expect(provider.components()).toEqual([]);
  expect(provider.configuration.shape).toEqual({});
  await expect(provider.verify(silentClient())).resolves.toBeUndefined();
  expect(provider.package).toEqual({
    ...small,
    displayName: "acme-cloud",
    providerDescription: "Manages Acme.",
    keywords: ["pulumi", "acme-cloud"],
  });
  expect(provider.service).toEqual({ title: "acme-cloud", environmentPrefix: "ACME_CLOUD" });
});

test("a provider replaces the defaults", () => {
  const configuration = z.object({ endpoint: z.string() });
  const provider = defineProvider({
    package: { ...small, displayName: "Acme Cloud", keywords: ["cloud"] },
    service: { environmentPrefix: "AC" },
    configuration,
    connect,
  });
  expect(provider.configuration).toBe(configuration);
  expect(provider.package).toMatchObject({ displayName: "Acme Cloud", keywords: ["cloud"] });
  expect(provider.service).toEqual({ title: "Acme Cloud", environmentPrefix: "AC" });
});
