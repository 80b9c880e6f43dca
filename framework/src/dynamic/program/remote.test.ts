import { type dynamic, runtime } from "@pulumi/pulumi";
import type { Host } from "./host";
import { remote } from "./remote";

const token = "acme:index:User";
const config: dynamic.Config = { get: () => undefined, require: (key) => key };

/** The provider that the dynamic host makes of its text; `load` is its `require`. */
async function revived(load: (module: string) => unknown): Promise<dynamic.ResourceProvider> {
  const written = remote(token, "pulumi-resource-acme");
  const { text } = await runtime.serializeFunction(() => written);
  const exports: { handler?: () => dynamic.ResourceProvider } = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- as the host does
  new Function("exports", "require", text)(exports, load);
  const provider = exports.handler?.();
  if (provider === undefined) throw new Error(`the text has no handler: ${text}`);
  return provider;
}

test("the text in the state loads the installed package, and nothing else", async () => {
  const loaded: string[] = [];
  const serve = jest.fn<ReturnType<Host["serve"]>, Parameters<Host["serve"]>>();
  const provider = await revived((module) => {
    loaded.push(module);
    return { serve };
  });
  await provider.configure?.({ config });
  expect(loaded).toEqual(["pulumi-resource-acme/dynamic/host"]);
  expect(serve).toHaveBeenCalledWith(token, config);
});

test("without the package every operation fails with the remedy, deletion too", async () => {
  const provider = await revived((module) => {
    throw new Error(`Cannot find module '${module}'`);
  });
  await provider.configure?.({ config });
  const reason = "run `npm install` in the program's folder. Error: Cannot find module";
  await expect(provider.delete?.("id", {})).rejects.toThrow(reason);
  await expect(provider.check?.({}, {})).rejects.toThrow(reason);
  await expect(provider.read?.("id", {})).rejects.toThrow(reason);
});
