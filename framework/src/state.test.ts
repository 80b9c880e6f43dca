import { migrate } from "./state";

const renamed = { migrate: ({ pin, ...others }: Readonly<Record<string, unknown>>) => ({ ...others, code: pin }) };

test("a new name of a secret property is secret too", () => {
  expect(migrate(renamed, { pin: "1234", open: true }, new Set(["pin"]))).toEqual({
    values: { code: "1234", open: true },
    secret: new Set(["pin", "code"]),
  });
  expect(migrate(renamed, { pin: "1234" }, new Set()).secret).toEqual(new Set());
});

test("nothing is migrated without stored values, or without `migrate`", () => {
  expect(migrate(renamed, {}, new Set()).values).toEqual({});
  expect(migrate({}, { pin: "1234" }, new Set(["pin"]))).toEqual({ values: { pin: "1234" }, secret: new Set(["pin"]) });
});

test("a property that receives the value of a secret one is secret, and an unchanged one is not", () => {
  const swapped = { migrate: () => ({ name: "1234", pin: "", open: true }) };
  expect(migrate(swapped, { name: "ada", pin: "1234", open: true }, new Set(["pin"])).secret).toEqual(
    new Set(["pin", "name"]),
  );
});
