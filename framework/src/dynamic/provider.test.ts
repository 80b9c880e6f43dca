import { isSecret } from "@pulumi/pulumi";
import * as z from "zod";
import { defineResourceFor } from "../definition";
import type { AnyClient } from "../client";
import type { Deletion, Prior } from "../resource";
import { offline } from "../../test/support/offline";
import { defineProvider } from "../provider";
import { secret as markSecret } from "../secret";
import { dynamicHost } from "./host";
import { invoke } from "./program/invoke";
import { createResourceProvider } from "./provider";

const text = z.string().meta({ description: "A text." });

/** The prior states and inputs of reads and deletions. */
let received: readonly (Prior | Deletion)[] = [];
beforeEach(() => {
  received = [];
});

/** A safe, whose code was its pin in an earlier version. */
const safe = defineResourceFor<AnyClient>()({
  token: "bank:index:Safe",
  description: "A safe.",
  inputs: z.object({ code: text.meta({ secret: true }) }),
  outputs: z.object({ code: text.meta({ secret: true }) }),
  identity: "id",
  formerTokens: ["bank:index:Vault"],
  migrate: ({ pin, ...others }) => (pin === undefined ? others : { code: pin, ...others }),
  create: (_, { code }) => Promise.resolve({ id: "1", code }),
  read: (_, id, prior) => {
    received = [...received, prior];
    return Promise.resolve({ id, code: String(prior.state.code) });
  },
  update: (_, { code }, { id }) => Promise.resolve({ id, code }),
  delete: (_, __, prior) => {
    received = [...received, prior];
    return Promise.resolve();
  },
  mayOutliveDeletion: true,
});

const { run } = offline();
const provider = createResourceProvider(safe, () => ({ run, refreshing: new Set(), flush: () => Promise.resolve() }));

/** The state of an earlier version. */
const old = { pin: "1234", __urn: "urn:safe", __declared: ["pin"], __secret: ["pin"] };

const declaredCode = (code: string) => ({ code, __urn: "urn:safe", __secret: ["code"] });

test("the state of an earlier version is no change, and an update replaces it", async () => {
  await provider.check(old, declaredCode("1234"));
  expect(await provider.diff("1", old, declaredCode("1234"))).toEqual({ changes: false, replaces: [] });
  expect(await provider.diff("1", old, declaredCode("5678"))).toEqual({ changes: true, replaces: [] });
  const { outs } = await provider.update("1", old, declaredCode("5678"));
  expect(outs).toEqual({ ...declaredCode("5678"), __declared: ["code"] });
});

test("a refresh and a deletion receive the state of an earlier version in its current form", async () => {
  const { props, inputs } = await provider.read("1", old);
  expect(props).toMatchObject({ code: "1234", __declared: ["code"] });
  expect(inputs).toMatchObject({ code: "1234" });
  expect(props?.__secret).toContain("code");
  await provider.delete("1", old);
  for (const { state, inputs } of received) expect([state, inputs]).toEqual([{ code: "1234" }, { code: "1234" }]);
});

test("the code in the state of an earlier version names a former type", async () => {
  const description = "A bank.";
  const bank = defineProvider({
    package: { name: "bank", version: "1.0.0", description },
    resources: [safe],
    connect: () => ({ client: { name: "the bank" } }),
  });
  const config = { get: () => undefined, require: () => "" };
  const served = dynamicHost(bank).serve("bank:index:Vault", config);
  expect((await served.read("1", old)).props).toMatchObject({ code: "1234" });
  expect(() => dynamicHost(bank).serve("bank:index:Cellar", config)).toThrow("has no resource bank:index:Cellar");
});

test("the result of a function is secret if a part is", async () => {
  const description = "A bank.";
  const getCode = {
    token: "bank:index:getCode",
    description,
    inputs: z.object({ isPublic: z.boolean().meta({ description }) }),
    outputs: z.object({ codes: z.array(text), pin: text.meta({ secret: true }).optional() }),
    call: (_: unknown, { isPublic }: { isPublic: boolean }) =>
      Promise.resolve({ codes: ["1", isPublic ? "2" : markSecret("2")], pin: undefined }),
  };
  const bank = defineProvider({
    package: { name: "bank", version: "1.0.0", description },
    functions: [
      getCode,
      { ...getCode, token: "bank:index:getPin", call: () => Promise.resolve({ codes: [], pin: "3" }) },
    ],
    connect: () => ({ client: { name: "the bank" } }),
  });
  const ask = async (name: string, isPublic: boolean) => {
    const answer = invoke(() => dynamicHost(bank), `bank:index:${name}`, { isPublic });
    const value = await new Promise((resolve) => {
      answer.apply(resolve);
    });
    return { value, isSecret: await isSecret(answer) };
  };
  expect(await ask("getCode", true)).toEqual({ value: { codes: ["1", "2"], pin: undefined }, isSecret: false });
  expect(await ask("getCode", false)).toEqual({ value: { codes: ["1", "2"], pin: undefined }, isSecret: true });
  expect(await ask("getPin", true)).toEqual({ value: { codes: [], pin: "3" }, isSecret: true });
});
