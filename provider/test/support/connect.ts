import type { Wire } from "./engine";
import { World } from "./world";

/** A world whose provider speaks Avocado Connect, with an organization `acme-dev` that people call Acme development. */
export async function beginConnect(settings: Wire = {}): Promise<World> {
  const world = await World.begin({ maxRetries: "1", backend: "connect", ...settings });
  await world.emulator.control.createOrganization("acme-dev", { display_name: "Acme development" });
  operations(world);
  return world;
}

/** The requests since the last call, by operation: `Organization_update_member_role {"role":"admin"}`. */
export function operations({ emulator }: World): string[] {
  const lines = emulator
    .requests()
    .map(({ operation, method, path, body }) =>
      [operation ?? `${method} ${path}`, ...(body === null ? [] : [JSON.stringify(body)])].join(" "),
    );
  emulator.traffic.log.clear();
  return lines;
}
