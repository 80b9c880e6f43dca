/** The package that a Go module's `tool` directive names, at the version that its `require` directives pin. */
export interface Pin {
  readonly package: string;
  readonly version: string;
}

/** Throws if the go.mod text names no tool, or not the version of the tool's module. */
export function pinnedTool(goMod: string): Pin {
  const tool = /^tool (\S+)$/m.exec(goMod)?.[1];
  if (tool === undefined) throw new Error("go.mod has no tool directive");
  // A module's path is a prefix of its packages' paths; nested modules make the longest prefix the right one.
  const [owner] = requirements(goMod)
    .filter(({ module }) => `${tool}/`.startsWith(`${module}/`))
    .sort((a, b) => b.module.length - a.module.length);
  if (owner === undefined) throw new Error(`go.mod requires no module that holds ${tool}`);
  return { package: tool, version: owner.version };
}

/** Throws if the go.mod text does not require the module. */
export function pinnedModule(goMod: string, module: string): Pin {
  const found = requirements(goMod).find((requirement) => requirement.module === module);
  if (found === undefined) throw new Error(`go.mod does not require ${module}`);
  return { package: module, version: found.version };
}

function requirements(goMod: string): { module: string; version: string }[] {
  return [...goMod.matchAll(/^(?:require |\t)(\S+) (v\S+)/gm)].map(([, module = "", version = ""]) => ({
    module,
    version,
  }));
}
