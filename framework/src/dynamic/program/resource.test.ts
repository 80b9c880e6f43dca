import { type dynamic, output, runtime } from "@pulumi/pulumi";
import type { HostExports } from "./host";
import { mayBeSecret, createRemoteProvider } from "./resource";

const token = "acme:index:User";
const config: dynamic.Config = { get: () => undefined, require: (key) => key };

/** Returns the provider that the dynamic host evaluates from its text. `load` is the `require` of the host. */
async function revived(load: (module: string) => unknown): Promise<dynamic.ResourceProvider> {
  const written = createRemoteProvider(token, "pulumi-resource-acme");
  const { text } = await runtime.serializeFunction(() => written);
  const exports: { handler?: () => dynamic.ResourceProvider } = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- as the host does
  new Function("exports", "require", text)(exports, load);
  const provider = exports.handler?.();
  if (provider === undefined) throw new Error(`the text has no handler: ${text}`);
  return provider;
}

test("the text in the state loads only the installed package", async () => {
  const loaded: string[] = [];
  const serve = jest.fn<ReturnType<HostExports["serve"]>, Parameters<HostExports["serve"]>>();
  const provider = await revived((module) => {
    loaded.push(module);
    return { serve };
  });
  await provider.configure?.({ config });
  expect(loaded).toEqual(["pulumi-resource-acme/dynamic/host"]);
  expect(serve).toHaveBeenCalledWith(token, config);
});

test("every operation fails with the remedy if the package is missing", async () => {
  const provider = await revived((module) => {
    throw new Error(`Cannot find module '${module}'`);
  });
  await provider.configure?.({ config });
  const reason = "Run `npm install` there. Cannot find module";
  await expect(provider.delete?.("id", {})).rejects.toThrow(reason);
  await expect(provider.check?.({}, {})).rejects.toThrow(reason);
  await expect(provider.read?.("id", {})).rejects.toThrow(reason);
});

test("a package that is too old is not called missing", async () => {
  const serve = () => {
    throw new Error("The installed version of pulumi-resource-acme has no resource acme:index:User.");
  };
  const provider = await revived(() => ({ serve }));
  await provider.configure?.({ config });
  await expect(provider.delete?.("id", {})).rejects.toThrow(/^The installed version of pulumi-resource-acme has no/);
});

test.each<[string, unknown, boolean]>([
  ["an output", output("a"), true],
  ["a promise", Promise.resolve("a"), true],
  ["an output in a list", ["a", output("b")], true],
  ["an output in an object", { users: output(["a"]) }, true],
  ["a plain object", { users: ["a"], note: null }, false],
  ["no value", undefined, false],
])("%s may be secret, or is not", (_, value, expected) => {
  expect(mayBeSecret(value)).toBe(expected);
});
