import { readFileSync } from "node:fs";
import Ajv from "ajv";
import { run } from "../../gitops/src";
import { fakeTerminal } from "../../gitops/test/support/terminal";
import { commandsWithSchema, printedSchema } from "./jsonSchemas";

const ajv = new Ajv({ allErrors: true });

/** What is wrong with what a command printed. */
function mistakes(command: string, text: string): unknown {
  const validate = ajv.compile(printedSchema(command));
  return validate(JSON.parse(text)) ? [] : validate.errors;
}

async function printed(...args: string[]): Promise<string> {
  const terminal = fakeTerminal();
  await run([...args, "--json"], terminal);
  return terminal.printed();
}

test("what is printed fits", async () => {
  expect(mistakes("audit", readFileSync("gitops/test/golden/audit.json", "utf8"))).toEqual([]);
  expect(mistakes("graph", await printed("graph", "examples/layouts/environments/layout.yaml"))).toEqual([]);
  expect(mistakes("review", readFileSync("gitops/test/golden/reviews/small.json", "utf8"))).toEqual([]);
  expect(mistakes("validate", await printed("validate", "examples/layouts/environments"))).toEqual([]);
});

test.each(commandsWithSchema)("what %s prints is described, and nothing besides fits", (command) => {
  expect(mistakes(command, "{}")).not.toEqual([]);
  const silent: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const here = `${path}/${name}`;
      const isKey = path.endsWith("/properties") && typeof inner === "object" && inner !== null;
      if (isKey && !("description" in inner) && !("$ref" in inner) && !("allOf" in inner)) silent.push(here);
      visit(inner, here);
    }
  };
  visit(printedSchema(command), "");
  expect(silent).toEqual([]);
});
