import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import * as z from "zod";
import { insertIds } from "#framework/definitions";
import { composeLayout, parseLayout } from "#layout";
import type { BackendName } from "#provider";
import { type Kept, type Program, type Wire, World } from "#provider/testing";
import { compareLayouts } from "../src/plan/layouts";
import { readPreview } from "../src/preview/preview";
import { createReview } from "./support/document";
import { listRows, omitUnknown } from "./support/planRows";
import { createLayouts, type RandomLayout } from "./support/randomLayouts";

/**
 * Compares plans with the reviews of real updates. The provider applies the old layout to one emulator, and the new layout to another.
 * Everyone accepts. Both states, printed as Pulumi prints them, are the preview.
 */

const today = "2027-01-31";
const organizations = ["acme-dev", "acme-live"];
function parse(layout: RandomLayout) {
  return parseLayout([{ file: "layout.json", text: JSON.stringify(layout) }], {
    now: new Date(today),
    version: "0.1.0",
  });
}

type Layout = ReturnType<typeof parseLayout>;

/** Applies a layout to a new emulator, in which everyone then accepts. Returns the state by type and name. */
async function apply(layout: Layout, backend: BackendName): Promise<ReadonlyMap<string, Kept>> {
  const world = await World.begin({ maxRetries: "1", backend, runnerCidrs: ["127.0.0.0/8"] });
  try {
    const { control } = world.emulator;
    if (backend === "connect") for (const name of organizations) await control.createOrganization(name);
    await world.engine.up(createProgram(layout));
    for (const { name, members } of layout.organizations)
      for (const email of Object.keys(members)) if (!/^ada@/i.test(email)) control.accept(email, name);
    // Only members can have a grant.
    await world.engine.refresh();
    await world.engine.up(createProgram(layout));
    return new Map(world.engine.state);
  } finally {
    await world.end();
  }
}

function getKey({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type}::${name}`;
}

function createProgram(layout: Layout): Program {
  return Object.fromEntries(
    composeLayout(layout).children.map((child) => {
      const inputs = (id: (name: string) => string) =>
        parseWire(JSON.stringify(insertIds(child.inputs, (other) => id(getKey(other)))));
      return [getKey(child), { type: child.type.split(":").at(-1) ?? "", inputs }];
    }),
  );
}

function parseWire(text: string): Wire {
  return z.record(z.string(), z.json()).parse(JSON.parse(text));
}

/** Prints two states as a preview. Objects of both states have the ids of the first. */
function printPreview(
  before: ReadonlyMap<string, Kept>,
  after: ReadonlyMap<string, Kept>,
  backend: BackendName,
): string {
  const ids = [...before].flatMap(([key, { id }]) => {
    const other = after.get(key)?.id;
    return other === undefined ? [] : [{ id, other }];
  });
  const longestFirst = ids.sort((a, b) => b.other.length - a.other.length);
  const replaceIds = (text: string) => longestFirst.reduce((done, { id, other }) => done.replaceAll(other, id), text);
  const replaced = new Map(
    [...after].map(([key, kept]) => {
      const inputs = parseWire(replaceIds(JSON.stringify(kept.inputs)));
      return [key, { ...kept, id: replaceIds(kept.id), inputs }] as const;
    }),
  );
  const prefix = "urn:pulumi:default::layout";
  const provider = `${prefix}::pulumi:providers:peridio::default::1`;
  const root = { custom: false };
  const steps = [...new Set([...before.keys(), ...replaced.keys()])].map((key) => {
    const urn = `${prefix}::${key}`;
    const [former, present] = [before.get(key), replaced.get(key)];
    const shared = { custom: true, protect: !key.includes("OrganizationOwner"), provider };
    const oldState = former && { ...shared, id: former.id, inputs: former.inputs, outputs: former.outputs };
    const newState = present && { ...shared, id: present.id, inputs: present.inputs };
    const isSame = isDeepStrictEqual(former?.inputs, present?.inputs);
    const op = former === undefined ? "create" : present === undefined ? "delete" : isSame ? "same" : "update";
    return { op, urn, oldState, newState };
  });
  const config = backend === "connect" ? { "peridio:backend": "connect" } : {};
  return JSON.stringify({
    config,
    steps: [
      { op: "same", urn: `${prefix}::pulumi:pulumi:Stack::layout-default`, oldState: root, newState: root },
      ...steps,
    ],
    duration: 1,
  });
}

test.each(["admin-v2", "connect"] as const)(
  "with %s, the rows of a plan are those of the review of the real change",
  async (backend) => {
    await fc.assert(
      fc.asyncProperty(createLayouts(backend, { organizations, minimum: 1 }), async (drawn) => {
        const [base, layout] = [parse(drawn[0]), parse(drawn[1])];
        const plan = listRows(createReview(compareLayouts({ base, layout, backend, digest: "" }), "change"));
        const [before, after] = [await apply(base, backend), await apply(layout, backend)];
        const preview = readPreview(printPreview(before, after, backend), "preview.json", "change");
        const real = listRows(createReview([preview], "change"));
        expect(omitUnknown(plan, plan)).toEqual(omitUnknown(real, plan));
      }),
      { numRuns: 5 },
    );
  },
);
