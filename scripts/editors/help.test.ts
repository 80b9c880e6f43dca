import { accessRulesSchema } from "./accessRules";
import { layoutSchema } from "./layout";

test.each([
  ["layouts", layoutSchema],
  ["access rules", accessRulesSchema],
])("an editor has help for every key of %s", (_, schema) => {
  const silent: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const here = `${path}/${name}`;
      const isKey = path.endsWith("/properties") && typeof inner === "object" && inner !== null;
      if (isKey && !("description" in inner) && !("$ref" in inner)) silent.push(here);
      visit(inner, here);
    }
  };
  visit(schema, "");
  expect(silent).toEqual([]);
});
