import { stringify } from "yaml";
import type { BackendName } from "../../../provider/src/api";
import { layoutName } from "./importFile";
import { mark } from "./layoutText";

/** A Pulumi program of that name, with the layout at that path. It names the API if that is not the usual one, since roles and ids are its. */
export function programText(project: string, path: string, backend: BackendName): string {
  const program = {
    name: project,
    runtime: "yaml",
    ...(backend !== "admin-v2" && { config: { "peridio:backend": { type: "string", value: backend } } }),
    resources: { [layoutName]: { type: "peridio:Layout", properties: { path } } },
  };
  return `${mark}, with import.json, which takes over what Peridio has.\n${stringify(program, { compat: "yaml-1.1" })}`;
}
