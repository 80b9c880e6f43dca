import { acme, at } from "./client";

const counted = ["products", "devices", "webhooks"] as const;

test.each(counted)("an organization at its limit of %s cannot add more", async (type) => {
  const { emulator, ada, acmeDev } = await acme();
  const { control } = emulator;
  control.setLimits("acme-dev", { [type]: 2 });
  control.setBelongings("acme-dev", { [type]: 2 });
  const before = emulator.snapshot();
  expect(() => {
    control.setBelongings("acme-dev", { [type]: 3, outstanding_charges: 1 });
  }).toThrow(
    `acme-dev with ${type}: 3 was refused: ` +
      `{"errors":[{"code":"conflict","context":{"reason":"limit_reached","resource_type":"${type}","limit":2}}]}`,
  );
  expect(emulator.snapshot()).toEqual(before);
  expect(at((await ada.get(`${acmeDev}/limits`)).body, `data.${type}`)).toMatchObject({ limit: 2, used: 2 });
});

test("an organization above a lowered limit can reduce its usage", async () => {
  const { control } = (await acme()).emulator;
  control.setBelongings("acme-dev", { devices: 9 });
  control.setLimits("acme-dev", { devices: 2 });
  control.setBelongings("acme-dev", { devices: 8, products: 1 });
  expect(control.organization("acme-dev").belongings).toMatchObject({ devices: 8, products: 1 });
});

test("the limit of API keys counts the keys that are bound to the organization", async () => {
  const { control, state } = (await acme()).emulator;
  await control.createOrganization("elsewhere");
  control.setLimits("acme-dev", { api_keys: 1 });
  const [email, organization] = ["ada@acme.example", "acme-dev"];
  control.addApiKey(email);
  const key = control.addApiKey(email, { organization });
  const before = Object.keys(state.api_keys);
  expect(() => control.addApiKey(email, { organization })).toThrow(
    /"limit_reached","resource_type":"api_keys","limit":1/,
  );
  expect(Object.keys(state.api_keys)).toEqual(before);
  control.addApiKey(email);
  control.addApiKey(email, { organization: "elsewhere" });
  control.revokeApiKey(key);
  control.addApiKey(email, { organization });
});
