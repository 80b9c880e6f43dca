import { stringify } from "yaml";
import type { BackendName } from "../../../provider/src/api";
import { layoutName } from "./importFile";
import { mark } from "./layoutText";

/** Pulumi demands a type of keys that bear the project's own name, and refuses one of all others. */
function settings(project: string, backend: BackendName) {
  return { "peridio:backend": { ...(project === "peridio" && { type: "string" }), value: backend } };
}

/** A Pulumi program of that name, with the layout at that path. It names the API if that is not the usual one, since roles and ids are its. */
export function programText(project: string, path: string, backend: BackendName): string {
  const program = {
    name: project,
    runtime: "yaml",
    ...(backend !== "admin-v2" && { config: settings(project, backend) }),
    resources: { [layoutName]: { type: "peridio:Layout", properties: { path } } },
  };
  return `${mark}, with import.json, which takes over what Peridio has.\n${stringify(program, { compat: "yaml-1.1" })}`;
}
