import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unreachablePeridio } from "./support/offline";
import { findUnmet } from "#framework/definitions";
import { getTypeName } from "#framework/messages";
import { functions } from "../src/functions";
import { resources } from "../src/resources";
import { provider } from "../src/provider";

const page = readFileSync(join(__dirname, "../../docs/avocado-connect.md"), "utf8");

/** The rows of the page's tables about resources and functions: who, what, and what the two APIs can do. */
const rows = page.split("\n").flatMap((line) => {
  const cells = line.split("|").map((cell) => cell.trim());
  const [, name = "", ...others] = cells;
  return others.some((cell) => cell === "yes") ? [{ name: name.replaceAll("`", ""), cells: others }] : [];
});

test("every resource, component and function has a row", () => {
  const all = [...resources, ...provider.components(), ...functions].map(getTypeName);
  expect(rows.map(({ name }) => name).filter((name) => name !== "")).toEqual(expect.arrayContaining(all));
});

test("exactly the resources that Avocado Connect does not support are unsupported in their row", () => {
  const connect = unreachablePeridio("connect");
  const unsupported = resources.filter((resource) =>
    findUnmet(connect, resource, {}).some(({ path }) => path.length === 0),
  );
  const documented = rows.filter(({ cells }) => cells[0] === "everything" && cells.at(-2) === "unsupported");
  expect(documented.map(({ name }) => name).sort()).toEqual(unsupported.map(getTypeName).sort());
});
