import { stringify } from "yaml";
import { layoutName } from "./importFile";
import { mark } from "./layoutText";

/** A Pulumi program of that name, with the layout at that path. */
export function programText(project: string, path: string): string {
  const program = {
    name: project,
    runtime: "yaml",
    resources: { [layoutName]: { type: "peridio:Layout", properties: { path } } },
  };
  return `${mark}, with import.json, which takes over what Peridio has.\n${stringify(program, { compat: "yaml-1.1" })}`;
}
